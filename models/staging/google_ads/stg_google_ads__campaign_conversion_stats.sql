with

source as (

    select * from {{ raw('google_ads', 'campaign_conversion_stats') }}

),

latest as (

    {{ latest_export('source', partition_by=['customer_id', 'date']) }}

),

renamed as (

    select
        _fivetran_id as connector_row_id,
        date as date_day,
        customer_id as account_id,
        id as campaign_id,
        conversion_action_name,
        upper(conversion_action_category) as conversion_category,
        conversions,
        {{ money('conversions_value') }} as revenue,
        _fivetran_synced as exported_at
    from latest

),

ranked as (

    select
        *,
        row_number() over (
            partition by
                account_id, date_day, campaign_id, conversion_action_name, conversion_category,
                connector_row_id
            order by exported_at desc nulls last
        ) as version_number
    from renamed

),

final as (

    select
        date_day,
        account_id,
        campaign_id,
        conversion_action_name,
        conversion_category,
        conversions,
        revenue,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
