with

report as (

    select * from {{ ref('stg_search_console__page_report') }}

),

final as (

    select
        {{ surrogate_key([
            'date_day', 'site', 'page_url', 'country', 'device', 'search_type'
        ]) }} as search_page_key,
        date_day,
        'Organic Search' as channel,
        'google' as source,
        'organic' as medium,
        site,
        page_url,
        {{ page_key('page_url') }} as page_key,
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
