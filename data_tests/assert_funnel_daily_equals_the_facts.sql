-- Both sides of funnel_daily sum to their facts, over all and for every channel, the unknown one too.
with expected as (
    select channel, 'ad_spend' as measure, cast(sum(cost) as {{ dbt.type_numeric() }}) as total
    from {{ ref('fct_ad_performance') }}
    group by channel
    union all
    select channel, 'ad_impressions' as measure, sum(impressions) as total from {{ ref('fct_ad_performance') }}
    group by channel
    union all
    select channel, 'ad_clicks' as measure, sum(clicks) as total from {{ ref('fct_ad_performance') }}
    group by channel
    union all
    select channel, 'emails_sent' as measure, sum(emails_sent) as total from {{ ref('fct_email_campaigns') }}
    group by channel
    union all
    select channel, 'sessions' as measure, count(*) as total from {{ ref('fct_sessions') }}
    group by channel
    union all
    select channel, 'leads' as measure, count(lead_at) as total from {{ ref('fct_leads') }}
    group by channel
    union all
    select channel, 'orders' as measure, count(*) as total from {{ ref('fct_orders') }}
    where is_valid
    group by channel
    union all
    select channel, 'order_revenue' as measure, sum(revenue) as total from {{ ref('fct_orders') }}
    where is_valid
    group by channel
),

found as (
    {%- for measure in [
        'ad_spend', 'ad_impressions', 'ad_clicks', 'emails_sent', 'sessions', 'leads', 'orders', 'order_revenue',
    ] %}
    select channel, '{{ measure }}' as measure, cast(sum({{ measure }}) as {{ dbt.type_numeric() }}) as total
    from {{ ref('funnel_daily') }}
    group by channel
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

stacked as (
    select channel, measure, total as expected_total, 0 as found_total from expected
    union all
    select channel, measure, 0 as expected_total, total as found_total from found
),

final as (
    select
        channel,
        measure,
        sum(expected_total) as expected_total,
        sum(found_total) as found_total
    from stacked
    group by channel, measure
    having abs(coalesce(sum(expected_total), 0) - coalesce(sum(found_total), 0)) > 0.0005
)

select * from final
