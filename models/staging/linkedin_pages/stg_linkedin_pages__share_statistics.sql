with ranked as (
    select
        *,
        {{ version_rank(['_fivetran_id']) }} as version_rank
    from {{ raw('linkedin_pages', 'share_statistic') }} as share_statistic_rows
),

final as (
    select
        _fivetran_id as share_statistic_id,
        {{ urn_id('_organization_entity_urn') }} as account_id,
        {{ urn_id('_share_entity_urn') }} as share_id,
        impression_count as impressions,
        unique_impressions_count as reach,
        click_count as link_clicks,
        like_count as reactions,
        comment_count as comments,
        share_count as shares,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
