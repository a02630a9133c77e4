{{ config(severity = 'warn') }}
-- A fact of the data: an amount whose currency has no rate on its day has no value in the reporting currency.
select
    'fct_orders' as model,
    date_day,
    currency,
    count(*) as row_count
from {{ ref('fct_orders') }}
where
    gross_revenue is null
    and gross_revenue_original is not null
group by date_day, currency
union all
select
    'fct_deals' as model,
    date_day,
    currency,
    count(*) as row_count
from {{ ref('fct_deals') }}
where
    amount is null
    and amount_original is not null
group by date_day, currency
union all
select
    'fct_offers' as model,
    date_day,
    currency,
    count(*) as row_count
from {{ ref('fct_offers') }}
where
    amount is null
    and amount_original is not null
group by date_day, currency
