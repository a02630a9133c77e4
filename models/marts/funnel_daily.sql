{%- set counted = ['ad_impressions', 'ad_clicks', 'ad_spend', 'emails_sent', 'emails_delivered'] -%}
{%- set steps = {
    'session': 'sessions', 'engaged_session': 'engaged_sessions', 'email_open': 'email_opens',
    'email_click': 'email_clicks', 'list_signup': 'list_signups', 'lead': 'leads', 'mql': 'mqls', 'sql': 'sqls',
    'order': 'orders', 'won_deal': 'won_deals', 'ticket': 'tickets', 'survey_answer': 'survey_answers',
    'repeat_order': 'repeat_orders', 'upsell_accepted': 'upsells_accepted', 'promoter': 'promoters',
    'review': 'reviews', 'affiliate_joined': 'affiliates_joined', 'partner_joined': 'partners_joined',
} -%}
{%- set values = ['order_revenue', 'won_deal_amount'] -%}
{%- set happened = (steps.values() | list) + values -%}
{%- set amounts = ['ad_spend'] + values -%}
{%- set no_count = 'cast(null as ' ~ dbt.type_bigint() ~ ')' -%}
{%- set no_amount = money('cast(null as ' ~ dbt.type_numeric() ~ ')') -%}
{%- set day = "coalesce(date_day, date '0001-01-01')" -%}
{{
    config(**by_key(
        day, of={'fct_funnel': day, 'fct_ad_performance': day, 'fct_email_campaigns': day},
        changed_by={
            'fct_funnel': day,
            'fct_ad_performance': {
                'columns': [
                    'ad_performance_key', 'date_day', 'channel', 'campaign_key', 'impressions', 'clicks', 'cost',
                ],
                'keys': day,
            },
            'fct_email_campaigns': {
                'columns': [
                    'email_campaign_key', 'date_day', 'channel', 'campaign_key', 'emails_sent', 'emails_delivered',
                ],
                'keys': day,
            },
        }
    ))
}}
with ads as (
    select
        date_day,
        channel,
        campaign_key,
        sum(impressions) as ad_impressions,
        sum(clicks) as ad_clicks,
        sum(cost) as ad_spend
    from {{ ref('fct_ad_performance') }}
    where {{ is_changed() }}
    group by date_day, channel, campaign_key
),

emails as (
    select
        date_day,
        channel,
        campaign_key,
        sum(emails_sent) as emails_sent,
        sum(emails_delivered) as emails_delivered
    from {{ ref('fct_email_campaigns') }}
    where {{ is_changed() }}
    group by date_day, channel, campaign_key
),

people as (
    select
        date_day,
        channel,
        campaign_key,
        {%- for step, name in steps.items() %}
        sum(case when step = '{{ step }}' then 1 else 0 end) as {{ name }},
        {%- endfor %}
        sum(case when step = 'order' then value end) as order_revenue,
        sum(case when step = 'won_deal' then value end) as won_deal_amount
    from {{ ref('fct_funnel') }}
    where {{ is_changed() }}
    group by date_day, channel, campaign_key
),

stacked as (
    {%- for relation, own in [('ads', counted[:3]), ('emails', counted[3:]), ('people', happened)] %}
    select
        {%- for name in counted + happened %}
        {{ name if name in own else (no_amount if name in amounts else no_count) ~ ' as ' ~ name }},
        {%- endfor %}
        date_day,
        channel,
        campaign_key
    from {{ relation }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select
        {{ surrogate_key(['date_day', 'channel', 'campaign_key']) }} as funnel_daily_key,
        date_day,
        channel,
        campaign_key,
        {%- for name in counted %}
        sum({{ name }}) as {{ name }},
        {%- endfor %}
        {%- for name in happened[:-1] %}
        coalesce(sum({{ name }}), 0) as {{ name }},
        {%- endfor %}
        coalesce(sum(won_deal_amount), 0) as won_deal_amount
    from stacked
    group by date_day, channel, campaign_key
)

select * from final
