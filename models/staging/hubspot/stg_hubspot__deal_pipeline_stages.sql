with ranked as (
    select
        *,
        {{ version_rank(['stage_id']) }} as version_rank
    from {{ raw('hubspot', 'deal_pipeline_stage') }} as deal_pipeline_stage
),

final as (
    select
        stage_id,
        pipeline_id,
        label as stage_name,
        coalesce(closed_won, false) as is_won,
        coalesce(is_closed, false) or coalesce(closed_won, false) as is_closed,
        probability as win_probability,
        coalesce(_fivetran_deleted, false) as is_deleted,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
