-- An item goes by its product's id, by that of one of its variants, or by a SKU that only one product has.
with names as (

    select
        product_id as item_id,
        product_id,
        1 as name_rank
    from {{ ref('stg_shopify__products') }}
    union all
    select
        variant_id as item_id,
        min(product_id) as product_id,
        2 as name_rank
    from {{ ref('stg_shopify__product_variants') }}
    group by variant_id
    union all
    select
        sku as item_id,
        min(product_id) as product_id,
        3 as name_rank
    from {{ ref('stg_shopify__product_variants') }}
    group by sku
    having count(distinct product_id) = 1

),

ranked as (

    select
        item_id,
        product_id,
        row_number() over (partition by item_id order by name_rank) as place
    from names
    where item_id is not null and product_id is not null

),

final as (

    select
        item_id,
        product_id
    from ranked
    where place = 1

)

select * from final
