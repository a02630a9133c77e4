with ranked as (
    select
        *,
        {{ version_rank(['deal_id']) }} as version_rank
    from {{ raw('hubspot', 'deal') }} as deal
),

final as (
    select
        deal_id,
        deal_pipeline_id as pipeline_id,
        deal_pipeline_stage_id as stage_id,
        owner_id,
        property_amount as amount,
        upper(nullif(trim(property_deal_currency_code), '')) as currency,
        property_createdate as created_at,
        property_closedate as closed_at,
        nullif(trim(property_hs_analytics_source), '') as original_source,
        coalesce(is_deleted, false) as is_deleted,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
