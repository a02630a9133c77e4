with ranked as (
    select
        *,
        {{ version_rank(['campaign_id', 'member_id', 'list_id'], newest=['timestamp']) }} as version_rank
    from {{ raw('mailchimp', 'unsubscribe') }} as unsubscribe_rows
),

final as (
    select
        campaign_id,
        member_id,
        list_id,
        nullif(trim(reason), '') as reason,
        timestamp as unsubscribed_at,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
