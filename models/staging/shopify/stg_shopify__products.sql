with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('shopify', 'product') }} as product
),

final as (
    select
        id as product_id,
        title as product_title,
        nullif(trim(product_type), '') as product_type,
        nullif(trim(vendor), '') as vendor,
        created_at,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
