with ranked as (
    select
        *,
        {{ version_rank(['action', 'campaign_id', 'member_id', 'timestamp', 'url']) }} as version_rank
    from {{ raw('mailchimp', 'campaign_recipient_activity') }} as campaign_recipient_activity_rows
),

final as (
    select
        lower(nullif(trim(action), '')) as action,
        campaign_id,
        member_id,
        list_id,
        timestamp as occurred_at,
        lower(nullif(trim(bounce_type), '')) as bounce_type,
        nullif(trim(url), '') as url,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
