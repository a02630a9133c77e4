{{
    config(**by_key(
        'event_key', of='stg_ga4__events',
        changed_by={
            'stg_ga4__events': 'event_key',
            'int_ga4__item_products': 'select event_key from present where item_id in (select item_id from changed)',
        }
    ))
}}
with items as (

    {{
        unnested_items(
            ref('stg_ga4__events'),
            "event_name in ('view_item', 'add_to_cart', 'purchase') and session_key is not null and " ~ is_changed()
        )
    }}

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
        coalesce(products.product_id, cleaned.item_id) as product_id,
        cleaned.price,
        cleaned.quantity
    from cleaned
    left join {{ ref('int_ga4__item_products') }} as products
        on cleaned.item_id = products.item_id

)

select * from final
