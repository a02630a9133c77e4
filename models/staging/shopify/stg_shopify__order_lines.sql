with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('shopify', 'order_line') }} as order_line
),

final as (
    select
        id as order_line_id,
        order_id,
        product_id,
        variant_id,
        title as product_title,
        nullif(trim(sku), '') as sku,
        price as unit_price,
        quantity,
        coalesce(total_discount, 0) as discount_amount,
        coalesce(gift_card, false) as is_gift_card,
        index as line_number,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
