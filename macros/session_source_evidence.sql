{#- Where a session's source may be read, best first: the name of the evidence and the columns that carry it. What GA4
    attributed to the session comes before what single events carried. The user's first source is not among them: it
    says where the visitor came from once, not this time. -#}
{% macro session_source_evidence() %}
    {% do return([
        {
            'name': 'last click', 'source': 'last_click_cross_channel_source', 'medium': 'last_click_cross_channel_medium',
            'campaign_name': 'last_click_cross_channel_campaign_name', 'campaign_id': 'last_click_cross_channel_campaign_id',
        },
        {
            'name': 'last click, manual', 'source': 'last_click_manual_source', 'medium': 'last_click_manual_medium',
            'campaign_name': 'last_click_manual_campaign_name', 'campaign_id': 'last_click_manual_campaign_id',
        },
        {
            'name': 'last click, google ads', 'click_id': 'google_ads_campaign_id', 'campaign_name': 'google_ads_campaign_name',
            'campaign_id': 'google_ads_campaign_id',
        },
        {
            'name': 'collected', 'source': 'collected_source', 'medium': 'collected_medium', 'click_id': 'collected_gclid',
            'campaign_name': 'collected_campaign_name', 'campaign_id': 'collected_campaign_id',
        },
        {
            'name': 'event parameters', 'source': 'param_source', 'medium': 'param_medium', 'click_id': 'param_gclid',
            'campaign_name': 'param_campaign_name',
        },
    ]) %}
{% endmacro %}
