{{ config(materialized='view') }}
{#- What only the nested export carries. -#}
{%- set nested_only = [
    'page_key', 'page_path', 'page_title', 'referrer_host', 'collected_campaign_name',
    'collected_campaign_id', 'collected_gclid', 'collected_srsltid',
    'last_click_cross_channel_source', 'last_click_cross_channel_medium',
    'last_click_cross_channel_campaign_name', 'last_click_cross_channel_campaign_id',
    'last_click_manual_source', 'last_click_manual_medium', 'last_click_manual_campaign_name',
    'last_click_manual_campaign_id', 'google_ads_customer_id', 'google_ads_campaign_id',
    'google_ads_campaign_name', 'operating_system', 'browser', 'analytics_consent', 'form_id',
    'form_name', 'lead_source', 'utm_content', 'utm_term', 'received_parameters',
] -%}
{%- set both = [
    'event_key', 'event_name', 'event_at', 'date_day', 'property_date', 'user_pseudo_id', 'user_id',
    'ga_session_id', 'session_key', 'ga_session_number', 'is_session_engaged', 'engagement_seconds',
    'page_host', 'param_source', 'param_medium', 'param_campaign_name', 'param_gclid',
    'collected_source', 'collected_medium', 'device_category', 'country', 'region', 'city',
    'stream_id', 'platform', 'transaction_id', 'purchase_revenue', 'currency',
    'event_bundle_sequence_id', 'batch_event_index', 'utm_source', 'utm_medium', 'utm_campaign',
] -%}

with bigquery_export as (

    select
        'bigquery' as ga4_export,
        {{ (both + nested_only) | join(',\n        ') }},
        lead_value,
        batch_page_id,
        batch_ordering_id
    from {{ ref('stg_ga4__events') }}

),

fivetran_export as (

    select
        'fivetran' as ga4_export,
        {{ both | join(',\n        ') }},
        {{ null_columns(nested_only, dbt.type_string()) }},
        cast(null as {{ double_type() }}) as lead_value,
        cast(null as bigint) as batch_page_id,
        cast(null as bigint) as batch_ordering_id
    from {{ ref('stg_ga4__events_flattened') }}

),

final as (

    select * from bigquery_export
    union all
    select * from fivetran_export

)

select * from final
