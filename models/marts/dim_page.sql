with seen_by_analytics as (

    select
        page_key,
        page_host,
        page_path,
        min(date_day) as first_seen_on,
        max(date_day) as last_seen_on
    from {{ ref('int_ga4_events__unioned') }}
    where page_key is not null
    group by page_key, page_host, page_path

),

latest_titles as (

    select
        page_key,
        page_title,
        row_number() over (partition by page_key order by event_at desc, page_title) as title_rank
    from {{ ref('int_ga4_events__unioned') }}
    where
        page_key is not null
        and page_title is not null

),

seen_in_search as (

    select
        {{ page_key('page_url') }} as page_key,
        min({{ url_host('page_url') }}) as page_host,
        min({{ url_path('page_url') }}) as page_path,
        min(date_day) as first_seen_on,
        max(date_day) as last_seen_on
    from {{ ref('stg_search_console__page_report') }}
    where page_url is not null
    group by page_key

),

seen as (

    select
        page_key,
        page_host,
        page_path,
        first_seen_on,
        last_seen_on
    from seen_by_analytics
    union all
    select
        page_key,
        page_host,
        page_path,
        first_seen_on,
        last_seen_on
    from seen_in_search

),

pages as (

    select
        page_key,
        min(page_host) as page_host,
        min(page_path) as page_path,
        min(first_seen_on) as first_seen_on,
        max(last_seen_on) as last_seen_on
    from seen
    group by page_key

),

final as (

    select
        pages.page_key,
        pages.page_host,
        pages.page_path,
        latest_titles.page_title,
        {{ path_starts_with('pages.page_path', var('landing_page_paths')) }} as is_landing_page,
        {{ path_starts_with('pages.page_path', var('content_page_paths')) }} as is_content_page,
        pages.first_seen_on,
        pages.last_seen_on
    from pages
    left join latest_titles
        on
            pages.page_key = latest_titles.page_key
            and latest_titles.title_rank = 1

)

select * from final
