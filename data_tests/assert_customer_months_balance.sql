-- Start + new + returned - lost = end, person by person; the end of a month is the start of the next; every
-- customer of fct_customers is new in exactly the month of the first purchase.
with balanced as (
    select
        person_key,
        month_start,
        'month does not balance' as fault
    from {{ ref('fct_customer_months') }}
    where
        customers_at_start + customers_new + customers_returned - customers_lost <> customers_at_end
        or customers_at_start not in (0, 1)
        or customers_at_end not in (0, 1)
),

carried as (
    select
        later.person_key,
        later.month_start,
        'start is not the end of the month before' as fault
    from {{ ref('fct_customer_months') }} as later
    left join {{ ref('fct_customer_months') }} as earlier
        on
            later.person_key = earlier.person_key
            and later.month_start = {{ dbt.dateadd('month', 1, 'earlier.month_start') }}
    where
        later.customers_at_start <> coalesce(earlier.customers_at_end, 0)
        and later.month_start > {{ dbt.date_trunc('month', "cast('" ~ var('history_start') ~ "' as date)") }}
),

first_months as (
    select
        person_key,
        {{ dbt.date_trunc('month', 'date_day') }} as month_start
    from {{ ref('fct_customers') }}
    where date_day >= cast('{{ var("history_start") }}' as date)
),

news as (
    select
        first_months.person_key,
        first_months.month_start,
        'new customer is not new in the month of the first purchase' as fault
    from first_months
    left join {{ ref('fct_customer_months') }} as months
        on
            first_months.person_key = months.person_key
            and first_months.month_start = months.month_start
    where coalesce(months.customers_new, 0) <> 1
),

repeated as (
    select
        person_key,
        min(month_start) as month_start,
        'new more than once' as fault
    from {{ ref('fct_customer_months') }}
    group by person_key
    having sum(customers_new) > 1
),

final as (
    select * from balanced
    union all
    select * from carried
    union all
    select * from news
    union all
    select * from repeated
)

select * from final
