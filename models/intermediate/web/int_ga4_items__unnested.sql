{{ config(**by_key('event_key', of='stg_ga4__events', changed_by={'stg_ga4__events': 'event_key'})) }}
with items as (

    {{
        unnested_items(
            ref('stg_ga4__events'),
            "event_name in ('view_item', 'add_to_cart', 'purchase') and session_key is not null and " ~ is_changed()
        )
    }}

),

-- A product goes by its id, or by that of one of its variants.
variants as (

    select
        variant_id as item_id,
        min(product_id) as product_id
    from {{ ref('stg_shopify__product_variants') }}
    where variant_id is not null
    group by variant_id

),

skus as (

    select
        sku as item_id,
        min(product_id) as product_id
    from {{ ref('stg_shopify__product_variants') }}
    where sku is not null
    group by sku
    having count(distinct product_id) = 1

),

products as (

    select distinct product_id
    from {{ ref('stg_shopify__products') }}

),

cleaned as (

    select
        event_key,
        session_key,
        {{ placeholder_to_null('item_id') }} as item_id,
        item_name,
        price,
        quantity
    from items

),

final as (

    select
        cleaned.event_key,
        cleaned.session_key,
        cleaned.item_id,
        cleaned.item_name,
        coalesce(products.product_id, variants.product_id, skus.product_id, cleaned.item_id) as product_id,
        cleaned.price,
        cleaned.quantity
    from cleaned
    left join products
        on cleaned.item_id = products.product_id
    left join variants
        on cleaned.item_id = variants.item_id
    left join skus
        on cleaned.item_id = skus.item_id

)

select * from final
