with

source as (

    select * from {{ raw('google_ads', 'campaign_history') }}

),

renamed as (

    select
        id as campaign_id,
        customer_id as account_id,
        name as campaign_name,
        upper(advertising_channel_type) as channel_type,
        advertising_channel_subtype as channel_subtype,
        start_date as start_day,
        end_date as end_day,
        status as campaign_status,
        serving_status,
        updated_at,
        _fivetran_synced as exported_at
    from source

),

ranked as (

    select
        *,
        row_number() over (
            partition by account_id, campaign_id, updated_at
            order by exported_at desc nulls last
        ) as version_number
    from renamed

),

final as (

    select
        campaign_id,
        account_id,
        campaign_name,
        channel_type,
        channel_subtype,
        start_day,
        end_day,
        campaign_status,
        serving_status,
        updated_at,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
