{#- GA4's channel of an ad: by kind of campaign for Google, social for Meta, LinkedIn and TikTok, search for Microsoft. -#}
{% macro ad_channel(platform, channel_type) -%}
    case
        when {{ platform }} in ('meta_ads', 'linkedin_ads', 'tiktok_ads') then 'Paid Social'
        when {{ platform }} = 'microsoft_ads' then 'Paid Search'
        when {{ channel_type }} = 'SEARCH' then 'Paid Search'
        when {{ channel_type }} = 'DISPLAY' then 'Display'
        when {{ channel_type }} = 'VIDEO' then 'Paid Video'
        when {{ channel_type }} = 'SHOPPING' then 'Paid Shopping'
        when {{ channel_type }} in ('PERFORMANCE_MAX', 'DEMAND_GEN') then 'Cross-network'
        else 'Paid Other'
    end
{%- endmacro %}
