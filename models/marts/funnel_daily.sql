{%- set steps = {
    'session': 'sessions', 'engaged_session': 'engaged_sessions', 'email_open': 'email_opens', 'email_click': 'email_clicks',
    'list_signup': 'list_signups', 'lead': 'leads', 'mql': 'mqls', 'sql': 'sqls', 'order': 'orders',
    'won_deal': 'won_deals', 'ticket': 'tickets', 'survey_answer': 'survey_answers', 'repeat_order': 'repeat_orders',
    'upsell_accepted': 'upsells_accepted', 'promoter': 'promoters', 'review': 'reviews',
    'affiliate_joined': 'affiliates_joined', 'partner_joined': 'partners_joined',
} -%}
{%- set values = {'order': 'order_revenue', 'won_deal': 'won_deal_amount'} -%}
{%- set counted = ['ad_impressions', 'ad_clicks', 'ad_spend', 'emails_sent', 'emails_delivered'] -%}
{%- set amounts = ['ad_spend'] + (values.values() | list) -%}
{%- set nothing = {} -%}
{%- for name in counted + (steps.values() | list) + (values.values() | list) -%}
    {%- set missing = 'cast(null as ' ~ (dbt.type_numeric() if name in amounts else dbt.type_bigint()) ~ ')' -%}
    {% do nothing.update({name: money(missing) if name in amounts else missing}) %}
{%- endfor %}
with ads as (
    select
        date_day,
        channel,
        campaign_key,
        sum(impressions) as ad_impressions,
        sum(clicks) as ad_clicks,
        sum(cost) as ad_spend
    from {{ ref('fct_ad_performance') }}
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
        {%- for step, name in values.items() %}
        sum(case when step = '{{ step }}' then value end) as {{ name }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ ref('fct_funnel') }}
    group by date_day, channel, campaign_key
),

stacked as (
    {%- for relation, own in [
        ('ads', ['ad_impressions', 'ad_clicks', 'ad_spend']),
        ('emails', ['emails_sent', 'emails_delivered']),
        ('people', (steps.values() | list) + (values.values() | list)),
    ] %}
    select
        date_day,
        channel,
        campaign_key,
        {%- for name in counted + (steps.values() | list) + (values.values() | list) %}
        {{ name if name in own else nothing[name] ~ ' as ' ~ name }}{{ "," if not loop.last }}
        {%- endfor %}
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
        {%- for name in (steps.values() | list) + (values.values() | list) %}
        coalesce(sum({{ name }}), 0) as {{ name }}{{ "," if not loop.last }}
        {%- endfor %}
    from stacked
    group by date_day, channel, campaign_key
)

select * from final
