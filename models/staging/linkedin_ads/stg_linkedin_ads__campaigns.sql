with

source as (

    select * from {{ raw('linkedin_ads', 'campaign_history') }}

),

renamed as (

    select
        id as campaign_id,
        account_id,
        campaign_group_id,
        name as campaign_name,
        created_time as created_at,
        last_modified_time as updated_at,
        _fivetran_synced as exported_at
    from source

),

ranked as (

    select
        *,
        row_number() over (
            partition by campaign_id, updated_at
            order by exported_at desc nulls last
        ) as version_number
    from renamed

),

final as (

    select
        campaign_id,
        account_id,
        campaign_group_id,
        campaign_name,
        created_at,
        updated_at,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
