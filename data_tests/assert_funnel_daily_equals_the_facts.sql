{%- set expected = [
    ('ad_spend', 'fct_ad_performance', 'sum(cost)'),
    ('ad_impressions', 'fct_ad_performance', 'sum(impressions)'),
    ('ad_clicks', 'fct_ad_performance', 'sum(clicks)'),
    ('emails_sent', 'fct_email_campaigns', 'sum(emails_sent)'),
    ('sessions', 'fct_sessions', 'count(*)'),
    ('leads', 'fct_leads', 'count(lead_at)'),
    ('orders', 'fct_orders', 'count(case when is_valid then 1 end)'),
    ('order_revenue', 'fct_orders', 'sum(case when is_valid then revenue end)'),
] -%}
-- Both sides of funnel_daily sum to their facts, for every channel, the unknown one too.
with totals as (
    {%- for measure, relation, total in expected %}
    select
        channel,
        '{{ measure }}' as measure,
        cast({{ total }} as {{ dbt.type_numeric() }}) as expected_total,
        0 as found_total
    from {{ ref(relation) }}
    group by channel
    union all
    select
        channel,
        '{{ measure }}' as measure,
        0 as expected_total,
        cast(sum({{ measure }}) as {{ dbt.type_numeric() }}) as found_total
    from {{ ref('funnel_daily') }}
    group by channel
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select
        channel,
        measure,
        coalesce(sum(expected_total), 0) as expected_total,
        coalesce(sum(found_total), 0) as found_total
    from totals
    group by channel, measure
    having coalesce(sum(expected_total), 0) <> coalesce(sum(found_total), 0)
)

select * from final
