with ranked as (
    select
        *,
        {{ version_rank(['merged_deal_id']) }} as version_rank
    from {{ raw('hubspot', 'merged_deal') }} as merged_deal
),

final as (
    select
        merged_deal_id,
        deal_id,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
