with

source as (

    select * from {{ raw('meta_ads', 'basic_ad_action_values') }}

),

renamed as (

    select
        date as date_day,
        ad_id,
        lower(action_type) as action_type,
        {{ money('value') }} as revenue,
        _fivetran_synced as exported_at
    from source

),

ranked as (

    select
        *,
        row_number() over (
            partition by ad_id, date_day, action_type, {{ sync_run('exported_at') }}
            order by exported_at desc nulls last
        ) as version_number
    from renamed

),

final as (

    select
        date_day,
        ad_id,
        action_type,
        revenue,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
