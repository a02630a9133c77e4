with

source as (

    select * from {{ raw('meta_ads', 'ad_history') }}

),

renamed as (

    select
        id as ad_id,
        account_id,
        ad_set_id,
        campaign_id,
        name as ad_name,
        updated_time as updated_at,
        _fivetran_synced as exported_at
    from source

),

ranked as (

    select
        *,
        row_number() over (
            partition by ad_id
            order by updated_at desc nulls last, exported_at desc nulls last
        ) as version_number
    from renamed

),

final as (

    select
        ad_id,
        account_id,
        ad_set_id,
        campaign_id,
        ad_name,
        updated_at,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
