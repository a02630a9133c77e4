{{
    config(**by_key(
        'property_date', of='ga4.events', of_key='event_date', changed_by={'ga4.events': 'days'}
    ))
}}

with raw_events as (

    select * from {{ raw('ga4', 'events') }} as exported
    where {{ is_changed('event_date') }}

),

renamed as (

    select
        event_name,
        {{ micros_to_timestamp('event_timestamp') }} as event_at,
        cast(null as timestamp) as exported_at,
        false as is_intraday,
        event_date as property_date,
        {{ placeholder_to_null('user_pseudo_id') }} as user_pseudo_id,
        {{ placeholder_to_null('user_id') }} as user_id,
        {{ placeholder_to_null(event_param_text('ga_session_id')) }} as ga_session_id,
        cast({{ event_param_number('ga_session_number') }} as bigint) as ga_session_number,
        lower({{ event_param_text('session_engaged') }}) in ('1', 'true') as is_session_engaged,
        cast({{ event_param_number('engagement_time_msec') }} / 1000 as decimal(18, 3)) as engagement_seconds,
        {{ event_param_text('page_location') }} as page_location,
        {{ event_param_text('page_referrer') }} as page_referrer,
        {{ event_param_text('page_title') }} as page_title,
        {{ nested_field('device', ['web_info', 'hostname']) }} as device_host,
        {{ event_param_text('source') }} as param_source,
        {{ event_param_text('medium') }} as param_medium,
        {{ event_param_text('campaign') }} as param_campaign_name,
        {{ event_param_text('gclid') }} as param_gclid,
        {{ nested_field('collected_traffic_source', ['manual_source']) }} as collected_source,
        {{ nested_field('collected_traffic_source', ['manual_medium']) }} as collected_medium,
        {{ nested_field('collected_traffic_source', ['manual_campaign_name']) }} as collected_campaign_name,
        {{ nested_field('collected_traffic_source', ['manual_campaign_id']) }} as collected_campaign_id,
        {{ nested_field('collected_traffic_source', ['manual_content']) }} as collected_content,
        {{ nested_field('collected_traffic_source', ['manual_term']) }} as collected_term,
        {{ nested_field('collected_traffic_source', ['gclid']) }} as collected_gclid,
        {{ nested_field('collected_traffic_source', ['dclid']) }} as collected_dclid,
        {{ nested_field('collected_traffic_source', ['srsltid']) }} as collected_srsltid,
        {{ nested_field('session_traffic_source_last_click', ['cross_channel_campaign', 'source']) }}
            as last_click_cross_channel_source,
        {{ nested_field('session_traffic_source_last_click', ['cross_channel_campaign', 'medium']) }}
            as last_click_cross_channel_medium,
        {{ nested_field('session_traffic_source_last_click', ['cross_channel_campaign', 'campaign_name']) }}
            as last_click_cross_channel_campaign_name,
        {{ nested_field('session_traffic_source_last_click', ['cross_channel_campaign', 'campaign_id']) }}
            as last_click_cross_channel_campaign_id,
        {{ nested_field('session_traffic_source_last_click', ['manual_campaign', 'source']) }}
            as last_click_manual_source,
        {{ nested_field('session_traffic_source_last_click', ['manual_campaign', 'medium']) }}
            as last_click_manual_medium,
        {{ nested_field('session_traffic_source_last_click', ['manual_campaign', 'campaign_name']) }}
            as last_click_manual_campaign_name,
        {{ nested_field('session_traffic_source_last_click', ['manual_campaign', 'campaign_id']) }}
            as last_click_manual_campaign_id,
        {{
            nested_field(
                'session_traffic_source_last_click', ['cross_channel_campaign', 'default_channel_group']
            )
        }} as last_click_channel_group,
        {{ nested_field('session_traffic_source_last_click', ['google_ads_campaign', 'customer_id']) }}
            as google_ads_customer_id,
        {{ nested_field('session_traffic_source_last_click', ['google_ads_campaign', 'campaign_id']) }}
            as google_ads_campaign_id,
        {{ nested_field('session_traffic_source_last_click', ['google_ads_campaign', 'campaign_name']) }}
            as google_ads_campaign_name,
        {{ nested_field('traffic_source', ['source']) }} as first_user_source,
        {{ nested_field('traffic_source', ['medium']) }} as first_user_medium,
        {{ nested_field('traffic_source', ['name']) }} as first_user_campaign_name,
        {{ nested_field('device', ['category']) }} as device_category,
        {{ nested_field('device', ['operating_system']) }} as operating_system,
        {{ nested_field('device', ['browser']) }} as browser,
        {{ nested_field('geo', ['country']) }} as country,
        {{ nested_field('geo', ['region']) }} as region,
        {{ nested_field('geo', ['city']) }} as city,
        stream_id,
        platform,
        {{ nested_field('privacy_info', ['analytics_storage']) }} as analytics_consent,
        {{
            placeholder_to_null(
                "coalesce(" ~ nested_field('ecommerce', ['transaction_id']) ~ ", "
                ~ event_param_text('transaction_id') ~ ")"
            )
        }} as transaction_id,
        {{ nested_field('ecommerce', ['purchase_revenue']) }} as purchase_revenue,
        {{ event_param_text('currency') }} as currency,
        {{ event_param_text('form_id') }} as form_id,
        {{ event_param_text('form_name') }} as form_name,
        {{ event_param_text('lead_source') }} as lead_source,
        {{ event_param_number('lead_value') }} as lead_value,
        event_bundle_sequence_id,
        batch_page_id,
        batch_ordering_id,
        batch_event_index,
        items,
        {{ received_parameters() }} as received_parameters,
        {{
            surrogate_key([
                'stream_id', 'user_pseudo_id', 'event_timestamp', 'event_name', 'event_bundle_sequence_id',
                'batch_page_id', 'batch_ordering_id', 'batch_event_index', 'event_params', 'ecommerce',
                "nullif(cast(items as " ~ dbt.type_string() ~ "), '[]')",
            ])
        }} as event_key
    from raw_events

),

-- A day exported again carries the same events, at times with attribution that was missing: that row is kept.
ranked as (

    select
        *,
        row_number() over (
            partition by event_key
            order by
                case when last_click_cross_channel_source is not null then 0 else 1 end,
                case when collected_source is not null then 0 else 1 end
        ) as version_rank
    from renamed

),

final as (

    select
        event_key,
        event_name,
        event_at,
        {{ local_date('event_at') }} as date_day,
        property_date,
        user_pseudo_id,
        user_id,
        ga_session_id,
        case
            when user_pseudo_id is not null and ga_session_id is not null
                then {{ surrogate_key(['user_pseudo_id', 'ga_session_id']) }}
        end as session_key,
        ga_session_number,
        coalesce(is_session_engaged, false) as is_session_engaged,
        engagement_seconds,
        {{ page_key('page_location') }} as page_key,
        coalesce({{ url_host('page_location') }}, lower(device_host)) as page_host,
        {{ url_path('page_location') }} as page_path,
        page_title,
        {{ url_host('page_referrer') }} as referrer_host,
        param_source,
        param_medium,
        param_campaign_name,
        param_gclid,
        collected_source,
        collected_medium,
        collected_campaign_name,
        collected_campaign_id,
        collected_gclid,
        collected_dclid,
        collected_srsltid,
        {%- set tags = ['collected_campaign_name', 'collected_content', 'collected_term'] %}
        {%- for parameter, collected in utm_parameters().items() %}
        coalesce(
            {{ url_parameter('page_location', parameter) }},
            case when {{ is_tagged('collected_medium', tags) }} then collected_{{ collected }} end
        ) as {{ parameter }},
        {%- endfor %}
        last_click_cross_channel_source,
        last_click_cross_channel_medium,
        last_click_cross_channel_campaign_name,
        last_click_cross_channel_campaign_id,
        last_click_manual_source,
        last_click_manual_medium,
        last_click_manual_campaign_name,
        last_click_manual_campaign_id,
        last_click_channel_group,
        google_ads_customer_id,
        google_ads_campaign_id,
        google_ads_campaign_name,
        first_user_source,
        first_user_medium,
        first_user_campaign_name,
        device_category,
        operating_system,
        browser,
        country,
        region,
        city,
        stream_id,
        platform,
        analytics_consent,
        transaction_id,
        purchase_revenue,
        currency,
        form_id,
        form_name,
        lead_source,
        lead_value,
        event_bundle_sequence_id,
        batch_page_id,
        batch_ordering_id,
        batch_event_index,
        is_intraday,
        exported_at,
        items,
        received_parameters
    from ranked
    where version_rank = 1

)

select * from final
