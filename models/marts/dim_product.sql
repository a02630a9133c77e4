with mentioned as (
    select
        product_id,
        product_title,
        exported_at,
        1 as mention_order
    from {{ ref('stg_shopify__products') }}
    union all
    select
        product_id,
        product_title,
        exported_at,
        2 as mention_order
    from {{ ref('stg_shopify__order_lines') }}
    union all
    select
        product_id,
        cast(null as {{ dbt.type_string() }}) as product_title,
        exported_at,
        3 as mention_order
    from {{ ref('stg_upsell__offers') }}
),

-- A product that was deleted from the shop is known from the orders that bought it.
ranked as (
    select
        product_id,
        product_title,
        row_number() over (
            partition by product_id
            order by mention_order asc, exported_at desc nulls last, product_title asc nulls last
        ) as mention_rank
    from mentioned
    where product_id is not null
),

variants as (
    select
        product_id,
        count(*) as variant_count
    from {{ ref('stg_shopify__product_variants') }}
    group by product_id
),

final as (
    select
        {{ surrogate_key(['ranked.product_id']) }} as product_key,
        ranked.product_id,
        ranked.product_title,
        products.product_type,
        products.vendor,
        {{ local_date('products.created_at') }} as created_day,
        coalesce(variants.variant_count, 0) as variant_count,
        products.product_id is not null as is_in_shop
    from ranked
    left join {{ ref('stg_shopify__products') }} as products
        on ranked.product_id = products.product_id
    left join variants
        on ranked.product_id = variants.product_id
    where ranked.mention_rank = 1
)

select * from final
