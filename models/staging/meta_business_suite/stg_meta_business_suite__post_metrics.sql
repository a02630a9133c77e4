with ranked as (
    select
        *,
        {{ version_rank(['post_id'], newest=['date']) }} as version_rank
    from {{ raw('meta_business_suite', 'lifetime_post_metrics_total') }} as lifetime_post_metrics_total_rows
),

final as (
    select
        post_id,
        {{ meta_closed_day('date') }} as date_day,
        post_impressions as impressions,
        post_impressions_unique as reach,
        post_clicks as link_clicks,
        post_engaged_users as engaged_users,
        case
            when
                post_reactions_like_total is null
                and post_reactions_love_total is null
                and post_reactions_wow_total is null
                and post_reactions_haha_total is null
                and post_reactions_sorry_total is null
                and post_reactions_anger_total is null
                then null
            else
                coalesce(post_reactions_like_total, 0)
                + coalesce(post_reactions_love_total, 0)
                + coalesce(post_reactions_wow_total, 0)
                + coalesce(post_reactions_haha_total, 0)
                + coalesce(post_reactions_sorry_total, 0)
                + coalesce(post_reactions_anger_total, 0)
        end as reactions,
        post_activity_by_action_type_comment as comments,
        post_activity_by_action_type_share as shares,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
