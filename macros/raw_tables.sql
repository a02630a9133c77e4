{#- The raw tables of each source. ref() must be known while dbt parses, when the graph is not: hence a list here;
    tests/dbt/test_raw_contract.py holds it equal to the sources' YAML. -#}
{% macro raw_tables() %}
    {% do return({
        'audiences': ['audience_size'],
        'brevo': ['email_campaign', 'contact'],
        'costs': ['marketing_cost'],
        'exchange_rates': ['rate'],
        'ga4': ['events', 'event'],
        'ga4_reports': ['report_row'],
        'google_ads': [
            'account_history', 'campaign_history', 'campaign_stats', 'campaign_conversion_stats', 'keyword_stats',
        ],
        'hubspot': ['contact', 'deal', 'deal_contact', 'deal_pipeline_stage', 'merged_deal', 'company'],
        'klaviyo': ['campaign_report', 'person'],
        'linkedin_ads': [
            'account_history', 'campaign_group_history', 'campaign_history', 'ad_analytics_by_campaign',
            'ad_analytics_by_period',
        ],
        'linkedin_pages': [
            'organization', 'organization_daily_statistic', 'share_statistic', 'ugc_post_history',
            'ugc_post_share_statistic', 'organization_daily_follower', 'organization_daily_visitor',
            'organization_demographic',
        ],
        'listening': ['mention'],
        'mailchimp': [
            'list', 'campaign', 'campaign_report', 'member', 'campaign_recipient', 'campaign_recipient_activity',
            'unsubscribe',
        ],
        'meta_ads': [
            'account_history', 'campaign_history', 'ad_history', 'basic_ad', 'basic_ad_actions',
            'basic_ad_action_values', 'period_insights',
        ],
        'meta_business_suite': [
            'page', 'daily_page_metrics_total', 'post_history', 'lifetime_post_metrics_total',
            'instagram_user_history', 'instagram_media_history', 'instagram_media_insights', 'insight',
        ],
        'microsoft_ads': ['account', 'campaign', 'campaign_performance_daily'],
        'partners': ['partner'],
        'pipedrive': ['deal', 'person'],
        'rank_tracker': ['position_tracking'],
        'reviews': ['review'],
        'salesforce': ['lead', 'opportunity'],
        'search_console': [
            'site_report_by_site', 'keyword_site_report_by_site', 'page_report', 'period_report',
        ],
        'shopify': [
            'customer', 'order', 'order_line', 'refund', 'order_line_refund', 'product', 'product_variant',
            'inventory_item',
        ],
        'support': ['ticket'],
        'surveys': ['response'],
        'tiktok_ads': ['account', 'campaign', 'campaign_performance_daily'],
        'upsell': ['offer'],
    }) %}
{% endmacro %}
