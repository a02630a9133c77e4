with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('meta_business_suite', 'instagram_media_history') }} as instagram_media_history_rows
),

final as (
    select
        id as post_id,
        user_id as account_id,
        nullif(trim(username), '') as username,
        created_time as published_at,
        upper(nullif(trim(media_type), '')) as media_type,
        coalesce(is_story, false) as is_story,
        nullif(trim(permalink), '') as url,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
