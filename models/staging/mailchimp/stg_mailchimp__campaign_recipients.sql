with ranked as (
    select
        *,
        {{ version_rank(['campaign_id', 'member_id']) }} as version_rank
    from {{ raw('mailchimp', 'campaign_recipient') }} as campaign_recipient_rows
),

final as (
    select
        campaign_id,
        member_id,
        list_id,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
