with

source as (

    select * from {{ raw('exchange_rates', 'rate') }}

),

renamed as (

    select
        date as date_day,
        upper(trim(base_currency)) as base_currency,
        upper(trim(currency)) as currency,
        cast(rate as decimal(18, 8)) as units_per_base,
        _fivetran_synced as exported_at
    from source

),

ranked as (

    select
        *,
        row_number() over (
            partition by date_day, base_currency, currency
            order by exported_at desc nulls last, units_per_base desc
        ) as version_number
    from renamed

),

final as (

    select
        date_day,
        base_currency,
        currency,
        units_per_base,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
