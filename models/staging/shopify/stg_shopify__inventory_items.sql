with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('shopify', 'inventory_item') }} as inventory_item
),

final as (
    select
        id as inventory_item_id,
        nullif(trim(sku), '') as sku,
        cost as unit_cost,
        upper(nullif(trim(currency_code), '')) as currency,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
