with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('shopify', 'order_line_refund') }} as order_line_refund
),

final as (
    select
        id as order_line_refund_id,
        refund_id,
        order_line_id,
        quantity,
        subtotal,
        total_tax,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
