with

source as (

    select * from {{ raw('rank_tracker', 'position_tracking') }}

),

latest as (

    {{ latest_export('source', partition_by=['domain', 'date']) }}

),

renamed as (

    select
        date as date_day,
        lower(domain) as tracked_domain,
        keyword,
        position as search_position,
        url as page_url,
        search_volume,
        location as search_location,
        lower(device) as device,
        _fivetran_synced as exported_at
    from latest

),

ranked as (

    select
        *,
        row_number() over (
            partition by tracked_domain, date_day, keyword, search_location, device
            order by exported_at desc nulls last
        ) as version_number
    from renamed

),

final as (

    select
        date_day,
        tracked_domain,
        keyword,
        search_position,
        page_url,
        search_volume,
        search_location,
        device,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
