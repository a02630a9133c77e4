with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('brevo', 'email_campaign') }} as email_campaign_rows
),

final as (
    select
        id as campaign_id,
        nullif(trim(name), '') as campaign_name,
        nullif(trim(subject), '') as subject,
        lower(nullif(trim(type), '')) as platform_campaign_type,
        lower(nullif(trim(status), '')) as status,
        nullif(trim(tag), '') as tag,
        created_at,
        sent_date as sent_at,
        statistics_global_sent as emails_sent,
        statistics_global_delivered as platform_delivered,
        statistics_global_hard_bounces as hard_bounces,
        statistics_global_soft_bounces as soft_bounces,
        statistics_global_viewed as total_opens,
        statistics_global_unique_views as unique_opens,
        statistics_global_clickers as total_clicks,
        statistics_global_unique_clicks as unique_clicks,
        statistics_global_unsubscriptions as unsubscribes,
        statistics_global_complaints as complaints,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
