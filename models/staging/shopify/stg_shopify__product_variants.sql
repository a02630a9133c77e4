with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('shopify', 'product_variant') }} as product_variant
),

final as (
    select
        id as variant_id,
        product_id,
        nullif(trim(sku), '') as sku,
        price as unit_price,
        inventory_item_id,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
