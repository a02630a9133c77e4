-- Where the first record that a CRM has of the buyer says: a channel that marketing works.
with origin as (
    select person, arg_min(origin, created_at) as origin from crm_records group by person
)
select sum(case when origin is not null and origin not in (
        'DIRECT_TRAFFIC', 'Direct', 'OTHER_CAMPAIGNS', 'OFFLINE', 'Event', 'Phone', 'Trade Show', 'Partner'
    ) then revenue else 0 end) / sum(revenue)
from orders
left join origin on origin.person = orders.buyer
where asked(day)
