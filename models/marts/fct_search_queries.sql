with

report as (

    select * from {{ ref('stg_search_console__keyword_site_report_by_site') }}

),

final as (

    select
        {{ surrogate_key([
            'date_day', 'site', 'search_query', 'country', 'device', 'search_type'
        ]) }} as search_query_key,
        date_day,
        'Organic Search' as channel,
        'google' as source,
        'organic' as medium,
        site,
        search_query,
        country,
        device,
        search_type,
        clicks,
        impressions,
        case when mean_position is not null then impressions end as ranked_impressions,
        mean_position * impressions as position_impressions
    from report

)

select * from final
