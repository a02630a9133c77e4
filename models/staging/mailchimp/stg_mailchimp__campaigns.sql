with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('mailchimp', 'campaign') }} as campaign_rows
),

final as (
    select
        id as campaign_id,
        list_id,
        nullif(trim(title), '') as campaign_name,
        nullif(trim(subject_line), '') as subject,
        lower(nullif(trim(type), '')) as platform_campaign_type,
        lower(nullif(trim(status), '')) as status,
        create_time as created_at,
        send_time as sent_at,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
