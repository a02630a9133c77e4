with

source as (

    select * from {{ raw('costs', 'marketing_cost') }}

),

renamed as (

    select
        id as marketing_cost_id,
        period_start,
        coalesce(period_end, period_start) as period_end,
        lower(cost_type) as cost_type,
        supplier,
        description,
        channel,
        {{ money('amount') }} as amount,
        upper(trim(currency)) as currency,
        _fivetran_synced as exported_at
    from source

),

ranked as (

    select
        *,
        row_number() over (
            partition by marketing_cost_id
            order by exported_at desc nulls last
        ) as version_number
    from renamed

),

final as (

    select
        marketing_cost_id,
        period_start,
        period_end,
        cost_type,
        supplier,
        description,
        channel,
        amount,
        currency,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
