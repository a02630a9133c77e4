with ranked as (
    select
        *,
        {{ version_rank(['share_statistic_id']) }} as version_rank
    from {{ raw('linkedin_pages', 'ugc_post_share_statistic') }} as ugc_post_share_statistic_rows
),

final as (
    select
        share_statistic_id,
        {{ urn_id('ugc_post_id') }} as post_id,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
