with raw_events as (

    select * from {{ raw('ga4', 'event') }} as exported

),

keyed as (

    select
        *,
        {{
            surrogate_key([
                'stream_id', 'user_pseudo_id', 'raw_events.timestamp', 'raw_events.name', 'bundle_sequence_id',
                'batch_event_index', 'param_ga_session_id', 'ecommerce_transaction_id',
                'param_engagement_time_msec', 'param_percent_scrolled', 'event_dimensions_hostname',
            ])
        }} as event_key
    from raw_events

),

-- Fivetran reads a day from the intraday table first and from the final one later: the final row wins.
ranked as (

    select
        *,
        row_number() over (
            partition by event_key
            order by
                case when is_intraday then 1 else 0 end, _fivetran_synced desc nulls last, _fivetran_id
        ) as version_rank
    from keyed

),

renamed as (

    select
        event_key,
        ranked.name as event_name,
        ranked.timestamp as event_at,
        {{ local_date('ranked.timestamp') }} as date_day,
        cast(ranked.date as {{ dbt.type_string() }}) as property_date,
        {{ placeholder_to_null('user_pseudo_id') }} as user_pseudo_id,
        {{ placeholder_to_null('user_id') }} as user_id,
        {{ placeholder_to_null('param_ga_session_id') }} as ga_session_id,
        param_ga_session_number as ga_session_number,
        coalesce(lower(param_session_engaged) in ('1', 'true'), false) as is_session_engaged,
        cast(param_engagement_time_msec / 1000.0 as decimal(18, 3)) as engagement_seconds,
        lower({{ placeholder_to_null('event_dimensions_hostname') }}) as page_host,
        param_source,
        param_medium,
        param_campaign as param_campaign_name,
        param_gclid,
        collected_traffic_source_manual_source as collected_source,
        collected_traffic_source_manual_medium as collected_medium,
        traffic_source_source as first_user_source,
        traffic_source_medium as first_user_medium,
        traffic_source_name as first_user_campaign_name,
        device_category,
        geo_country as country,
        geo_region as region,
        geo_city as city,
        stream_id,
        platform,
        {{ placeholder_to_null('ecommerce_transaction_id') }} as transaction_id,
        ecommerce_purchase_revenue_in_usd as purchase_revenue,
        case when ecommerce_purchase_revenue_in_usd is not null then 'USD' end as currency,
        bundle_sequence_id as event_bundle_sequence_id,
        batch_event_index,
        coalesce(is_intraday, false) as is_intraday,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1

),

final as (

    select
        *,
        case
            when {{ is_tagged('collected_medium', ['param_campaign_name']) }} then collected_source
        end as utm_source,
        case
            when {{ is_tagged('collected_medium', ['param_campaign_name']) }} then collected_medium
        end as utm_medium,
        param_campaign_name as utm_campaign,
        case
            when user_pseudo_id is not null and ga_session_id is not null
                then {{ surrogate_key(['user_pseudo_id', 'ga_session_id']) }}
        end as session_key
    from renamed

)

select * from final
