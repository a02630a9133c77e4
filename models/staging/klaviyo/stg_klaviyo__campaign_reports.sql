with ranked as (
    select
        *,
        {{ version_rank(['campaign_id', 'variant']) }} as version_rank
    from {{ raw('klaviyo', 'campaign_report') }} as campaign_report_rows
),

final as (
    select
        campaign_id,
        nullif(trim(variant), '') as variant_name,
        nullif(trim(campaign_name), '') as campaign_name,
        nullif(trim(subject), '') as subject,
        nullif(trim(list_name), '') as list_name,
        coalesce(lower(nullif(trim(channel), '')), 'email') as message_channel,
        send_time as sent_at,
        total_recipients as emails_sent,
        successful_deliveries as platform_delivered,
        bounces,
        total_opens,
        unique_opens,
        total_clicks,
        unique_clicks,
        unsubscribes,
        spam_complaints as complaints,
        placed_orders as claimed_orders,
        revenue as claimed_revenue,
        upper(nullif(trim(currency), '')) as currency,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
