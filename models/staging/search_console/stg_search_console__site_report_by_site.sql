with

source as (

    select * from {{ raw('search_console', 'site_report_by_site') }}

),

latest as (

    {{ latest_export('source', partition_by=['site', 'search_type', 'date']) }}

),

renamed as (

    select
        date as date_day,
        site,
        lower(country) as country,
        lower(device) as device,
        lower(search_type) as search_type,
        clicks,
        impressions,
        position as mean_position,
        _fivetran_synced as exported_at
    from latest

),

ranked as (

    select
        *,
        row_number() over (
            partition by site, date_day, country, device, search_type
            order by exported_at desc nulls last
        ) as version_number
    from renamed

),

final as (

    select
        date_day,
        site,
        country,
        device,
        search_type,
        clicks,
        impressions,
        mean_position,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
