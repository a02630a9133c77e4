-- Restatement is written here with window functions, not with the macro that the models use.
{{ config(meta={'reconciles': 'fct_search_performance'}) }}

with

versions as (

    select
        clicks,
        impressions,
        dense_rank() over (
            partition by site, date
            order by date_trunc('hour', _fivetran_synced) desc nulls last
        ) as version_number,
        row_number() over (
            partition by
                site, date, lower(country), lower(device), lower(search_type),
                date_trunc('hour', _fivetran_synced)
            order by _fivetran_synced desc nulls last
        ) as copy_number
    from {{ raw('search_console', 'site_report_by_site') }}

),

expected as (

    select
        coalesce(sum(clicks), 0) as clicks,
        coalesce(sum(impressions), 0) as impressions
    from versions
    where
        version_number = 1
        and copy_number = 1

),

found as (

    select
        coalesce(sum(clicks), 0) as clicks,
        coalesce(sum(impressions), 0) as impressions
    from {{ ref('fct_search_performance') }}

),

final as (

    select
        expected.clicks as expected_clicks,
        found.clicks as found_clicks,
        expected.impressions as expected_impressions,
        found.impressions as found_impressions
    from expected
    cross join found
    where
        expected.clicks <> found.clicks
        or expected.impressions <> found.impressions

)

select * from final
