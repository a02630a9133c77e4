with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('shopify', 'refund') }} as refund
),

final as (
    select
        id as refund_id,
        order_id,
        coalesce(processed_at, created_at) as refunded_at,
        created_at,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
