with ranked as (
    select
        *,
        {{ version_rank(['id', local_date('_fivetran_synced')]) }} as version_rank
    from {{ raw('meta_business_suite', 'instagram_user_history') }} as instagram_user_history_rows
),

final as (
    select
        id as account_id,
        {{ local_date('_fivetran_synced') }} as date_day,
        nullif(trim(username), '') as username,
        nullif(trim(name), '') as account_name,
        followers_count as followers,
        media_count,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
