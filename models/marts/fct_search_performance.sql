with

report as (

    select * from {{ ref('stg_search_console__site_report_by_site') }}

),

final as (

    select
        {{ surrogate_key([
            'date_day', 'site', 'country', 'device', 'search_type'
        ]) }} as search_performance_key,
        date_day,
        'Organic Search' as channel,
        'google' as source,
        'organic' as medium,
        site,
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
