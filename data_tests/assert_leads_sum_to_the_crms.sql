-- Leads are the distinct people of all CRMs, counted here straight from the staged records.
with survivors as (
    select
        contact_id,
        merged_contact_ids
    from {{ ref('stg_hubspot__contacts') }}
    where merged_contact_ids is not null
),

merged_away as (
    {{ split_rows('survivors', 'contact_id', 'merged_contact_ids', ';') }}
),

people as (
    select coalesce(email_hash, 'hubspot ' || contact_id) as person
    from {{ ref('stg_hubspot__contacts') }}
    where
        not is_deleted
        and lead_at is not null
        and contact_id not in (
            select trim(merged_away.part)
            from merged_away
        )
    union
    select coalesce(email_hash, 'salesforce ' || lead_id) as person
    from {{ ref('stg_salesforce__leads') }}
    where
        not is_deleted
        and created_at is not null
    union
    select coalesce(email_hash, 'pipedrive ' || contact_id) as person
    from {{ ref('stg_pipedrive__people') }}
    where created_at is not null
),

wanted as (
    select count(*) as lead_count
    from people
),

by_channel as (
    select
        channel,
        count(lead_day) as lead_count
    from {{ ref('fct_leads') }}
    group by channel
),

found as (
    select coalesce(sum(lead_count), 0) as lead_count
    from by_channel
)

select
    wanted.lead_count as leads_of_the_crms,
    found.lead_count as leads_of_the_fact
from wanted
cross join found
where wanted.lead_count <> found.lead_count
