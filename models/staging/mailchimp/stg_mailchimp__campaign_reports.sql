with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('mailchimp', 'campaign_report') }} as campaign_report_rows
),

final as (
    select
        id as campaign_id,
        list_id,
        send_time as sent_at,
        emails_sent,
        bounces_hard_bounces as hard_bounces,
        bounces_soft_bounces as soft_bounces,
        opens_opens_total as total_opens,
        opens_unique_opens as unique_opens,
        clicks_clicks_total as total_clicks,
        clicks_unique_subscriber_clicks as unique_clicks,
        unsubscribed as unsubscribes,
        abuse_reports as complaints,
        ecommerce_total_orders as claimed_orders,
        ecommerce_total_revenue as claimed_revenue,
        upper(nullif(trim(ecommerce_currency_code), '')) as currency,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
