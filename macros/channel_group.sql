{#- GA4's default channel group, by the rules that Google publishes for it; the first rule that fits decides.
    Arguments are SQL expressions: source and medium in lower case (see traffic_value), campaign as it is, source_category
    of ref_source_categories, and google_ads_channel, the channel of the Google Ads campaign that was clicked, where known
    (see ad_channel; GA4 looks at the campaign's type before anything else). What no rule places, a source that was
    sent as (not set) among it, is Unassigned; Direct is only what says so. Never NULL. -#}
{% macro channel_group(source, medium, campaign, source_category='null', google_ads_channel='null') -%}
    {%- set category = "coalesce(" ~ source_category ~ ", '')" -%}
    {%- set src = "coalesce(" ~ source ~ ", '')" -%}
    {%- set med = "coalesce(" ~ medium ~ ", '')" -%}
    {%- set cam = "lower(coalesce(" ~ campaign ~ ", ''))" -%}
    {%- set names_a_shop = matches(cam, '^(.*(([^a-df-z]|^)shop|shopping).*)$') -%}
    {%- set e_mail = "('email', 'e-mail', 'e_mail', 'e mail')" -%}
    case
        when {{ google_ads_channel }} <> 'Paid Other' then {{ google_ads_channel }}
        when {{ src }} = '(direct)' and {{ med }} in ('(none)', '') then 'Direct'
        when {{ cam }} like '%cross-network%' then 'Cross-network'
        when ({{ category }} = 'shopping' or {{ names_a_shop }}) and {{ is_paid_medium(med) }} then 'Paid Shopping'
        when {{ category }} = 'search' and {{ is_paid_medium(med) }} then 'Paid Search'
        when {{ category }} = 'social' and {{ is_paid_medium(med) }} then 'Paid Social'
        when {{ category }} = 'video' and {{ is_paid_medium(med) }} then 'Paid Video'
        when {{ med }} in ('display', 'banner', 'expandable', 'interstitial', 'cpm') then 'Display'
        when {{ is_paid_medium(med) }} then 'Paid Other'
        when {{ category }} = 'shopping' or {{ names_a_shop }} then 'Organic Shopping'
        when
            {{ category }} = 'social'
            or {{ med }} in ('social', 'social-network', 'social-media', 'sm', 'social network', 'social media')
            then 'Organic Social'
        when {{ category }} = 'video' or {{ med }} like '%video%' then 'Organic Video'
        when {{ category }} = 'search' or {{ med }} = 'organic' then 'Organic Search'
        when {{ src }} in {{ e_mail }} or {{ med }} in {{ e_mail }} then 'Email'
        when {{ med }} = 'affiliate' then 'Affiliates'
        when {{ category }} = 'ai' or {{ med }} = 'ai-assistant' then 'AI Assistants'
        when {{ med }} in ('referral', 'app', 'link') then 'Referral'
        when {{ med }} = 'audio' then 'Audio'
        when {{ src }} = 'sms' or {{ med }} = 'sms' then 'SMS'
        when
            {{ src }} = 'firebase' or {{ med }} like '%push' or {{ med }} like '%mobile%' or {{ med }} like '%notification%'
            then 'Mobile Push Notifications'
        else 'Unassigned'
    end
{%- endmacro %}
