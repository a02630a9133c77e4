with

source as (

    select * from {{ raw('search_console', 'period_report') }}

),

latest as (

    {{ latest_export('source', partition_by=['site', 'search_type', 'dimension', 'date_start', 'date_end']) }}

),

renamed as (

    select
        date_start as period_start,
        date_end as period_end,
        site,
        lower(search_type) as search_type,
        dimension as searched_by,
        value as searched_value,
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
            partition by site, search_type, searched_by, searched_value, period_start, period_end
            order by exported_at desc nulls last
        ) as version_number
    from renamed

),

final as (

    select
        period_start,
        period_end,
        site,
        search_type,
        searched_by,
        searched_value,
        clicks,
        impressions,
        mean_position,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
