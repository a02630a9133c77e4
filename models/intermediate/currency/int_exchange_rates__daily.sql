{%- set reporting = "'" ~ var('reporting_currency') ~ "'" -%}

with

days as (

    select date_day
    from {{ date_series("'" ~ var('history_start') ~ "'", "'" ~ var('history_end') ~ "'") }} as series

),

published as (

    select
        date_day as published_on,
        currency,
        units_per_base as units_per_euro
    from {{ ref('stg_exchange_rates__rates') }}
    where
        base_currency = 'EUR'
        and currency <> 'EUR'
        and units_per_base > 0

),

spans as (

    select
        *,
        lead(published_on) over (partition by currency order by published_on) as replaced_on
    from published

),

carried_forward as (

    select
        days.date_day,
        spans.currency,
        spans.units_per_euro,
        spans.published_on
    from days
    inner join spans
        on
            days.date_day >= spans.published_on
            and (spans.replaced_on is null or days.date_day < spans.replaced_on)

),

with_euro as (

    select
        date_day,
        currency,
        units_per_euro,
        published_on
    from carried_forward
    union all
    select
        date_day,
        'EUR' as currency,
        1 as units_per_euro,
        cast(null as date) as published_on
    from days

),

to_reporting as (

    select
        original.date_day,
        original.currency,
        cast(round(
            cast(reporting.units_per_euro as {{ double_type() }})
            / cast(original.units_per_euro as {{ double_type() }}),
            10
        ) as decimal(20, 10)) as rate_to_reporting,
        least(
            coalesce(original.published_on, reporting.published_on),
            coalesce(reporting.published_on, original.published_on)
        ) as published_on
    from with_euro as original
    inner join with_euro as reporting
        on
            original.date_day = reporting.date_day
            and reporting.currency = {{ reporting }}
    where original.currency <> {{ reporting }}

),

final as (

    select
        date_day,
        currency,
        rate_to_reporting,
        published_on
    from to_reporting
    union all
    select
        date_day,
        {{ reporting }} as currency,
        cast(1 as decimal(20, 10)) as rate_to_reporting,
        cast(null as date) as published_on
    from days

)

select * from final
