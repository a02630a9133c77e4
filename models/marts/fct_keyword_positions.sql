{%- set own_domains = var('own_domains', []) | map('lower') | join("', '") -%}
{%- set is_own_domain = "tracked_domain in ('" ~ own_domains ~ "')" if own_domains else 'true' -%}

with

positions as (

    select * from {{ ref('stg_rank_tracker__position_tracking') }}

),

final as (

    select
        {{ surrogate_key(['date_day', 'tracked_domain', 'keyword', 'search_location', 'device']) }}
            as keyword_position_key,
        date_day,
        tracked_domain,
        {{ is_own_domain }} as is_own_domain,
        keyword,
        search_location,
        device,
        page_url,
        search_volume,
        search_position,
        coalesce(search_position between 1 and 3, false) as is_top_3,
        coalesce(search_position between 1 and 10, false) as is_top_10
    from positions

)

select * from final
