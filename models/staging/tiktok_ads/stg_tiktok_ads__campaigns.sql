with

source as (

    select * from {{ raw('tiktok_ads', 'campaign') }}

),

renamed as (

    select
        id as campaign_id,
        account_id,
        name as campaign_name,
        upper(objective) as objective,
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
        objective,
        updated_at,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
