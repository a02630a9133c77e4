{#- The last day says only whether a month has begun. -#}
{{
    config(**by_key(
        'person_key', of='int_customers__spells',
        changed_by={
            'int_customers__spells': {
                'columns': ['spell_key', 'person_key', 'spell_number', 'started_day', 'lost_day'], 'keys': 'person_key',
            },
            'int_customers__last_day': {'columns': ["date_trunc('month', last_day)"], 'keys': 'every'},
            'dim_date': {'columns': ['month_start_date'], 'keys': 'every'},
            'fct_customers': {
                'columns': ['person_key', 'customer_key', 'kind', 'channel', 'source', 'medium', 'campaign_key'],
                'keys': 'person_key',
            },
        }
    ))
}}
with months as (
    select distinct
        month_start_date as month_start,
        cast({{ dbt.dateadd('month', 1, 'month_start_date') }} as date) as next_month_start
    from {{ ref('dim_date') }}
),

spell_months as (
    select
        spells.person_key,
        months.month_start,
        case when spells.started_day < months.month_start then 1 else 0 end as at_start,
        case when spells.started_day >= months.month_start and spells.spell_number = 1 then 1 else 0 end
            as new,
        case when spells.started_day >= months.month_start and spells.spell_number > 1 then 1 else 0 end
            as returned,
        case when spells.lost_day < months.next_month_start then 1 else 0 end as lost,
        case when spells.lost_day < months.next_month_start then 0 else 1 end as at_end
    from {{ ref('int_customers__spells') }} as spells
    cross join {{ ref('int_customers__last_day') }} as last_days
    inner join months
        on
            spells.started_day < months.next_month_start
            and coalesce(spells.lost_day, last_days.last_day) >= months.month_start
    where {{ is_changed('spells.person_key') }}
),

person_months as (
    select
        person_key,
        month_start,
        cast(sum(at_start) as integer) as customers_at_start,
        cast(sum(new) as integer) as customers_new,
        cast(sum(returned) as integer) as customers_returned,
        cast(sum(lost) as integer) as customers_lost,
        cast(sum(at_end) as integer) as customers_at_end
    from spell_months
    group by person_key, month_start
),

final as (
    select
        {{ surrogate_key(['person_months.person_key', 'person_months.month_start']) }} as customer_month_key,
        customers.customer_key,
        person_months.person_key,
        person_months.month_start,
        customers.kind,
        customers.channel,
        customers.source,
        customers.medium,
        customers.campaign_key,
        person_months.customers_at_start,
        person_months.customers_new,
        person_months.customers_returned,
        person_months.customers_lost,
        person_months.customers_at_end
    from person_months
    inner join {{ ref('fct_customers') }} as customers
        on person_months.person_key = customers.person_key
)

select * from final
