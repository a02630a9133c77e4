{{
    config(**by_key(
        'session_key', of='int_ga4_sessions__attributed',
        changed_by={
            'int_ga4_sessions__attributed': 'session_key',
            'int_ga4_items__unnested': 'session_key',
            'stg_ga4__events': 'session_key',
            'int_ga4_purchases__deduplicated': 'session_key',
            'int_person__identifiers':
                'select session_key from present where person_key is null or person_key in '
                ~ "(select person_key from changed where identifier_type = 'ga4_user_pseudo_id')",
        }
    ))
}}

with events as (

    select
        events.event_key,
        events.event_name,
        events.session_key
    from {{ ref('int_ga4_events__unioned') }} as events
    left join {{ ref('int_ga4_purchases__deduplicated') }} as purchases
        on events.event_key = purchases.event_key
    where
        {{ is_changed('events.session_key') }}
        and (
            events.event_name in ('view_item', 'add_to_cart')
            or (
                events.event_name = 'purchase'
                and (events.transaction_id is null or purchases.event_key is not null)
            )
        )

),

products as (

    select
        events.session_key,
        items.product_id,
        max(case when events.event_name = 'view_item' then 1 else 0 end) = 1 as is_viewed,
        max(case when events.event_name = 'add_to_cart' then 1 else 0 end) = 1 as is_added_to_cart,
        max(case when events.event_name = 'purchase' then 1 else 0 end) = 1 as is_bought,
        sum(case when events.event_name = 'purchase' then coalesce(items.quantity, 1) else 0 end)
            as quantity_bought
    from {{ ref('int_ga4_items__unnested') }} as items
    inner join events
        on items.event_key = events.event_key
    where items.product_id is not null and {{ is_changed('items.session_key') }}
    group by events.session_key, items.product_id

),

final as (

    select
        {{ surrogate_key(['products.session_key', 'products.product_id']) }} as product_session_key,
        products.session_key,
        {{ surrogate_key(['products.product_id']) }} as product_key,
        products.product_id,
        sessions.date_day,
        people.person_key,
        sessions.channel,
        sessions.source,
        sessions.medium,
        sessions.campaign_key,
        products.is_viewed,
        products.is_added_to_cart,
        products.is_bought,
        products.quantity_bought
    from products
    inner join {{ ref('int_ga4_sessions__attributed') }} as sessions
        on products.session_key = sessions.session_key
    left join {{ ref('int_person__identifiers') }} as people
        on
            people.identifier_type = 'ga4_user_pseudo_id'
            and sessions.user_pseudo_id = people.identifier_value

)

select * from final
