{#- A select of one row per product of an event (event_key, session_key, item_id, item_name, price, quantity), from a relation with GA4's nested
    items. -#}
{% macro unnested_items(relation, where) %}
    {{- return(adapter.dispatch('unnested_items', 'leadline')(relation, where)) -}}
{% endmacro %}


{% macro default__unnested_items(relation, where) -%}
    select
        event_key,
        session_key,
        struct_extract(item, 'item_id') as item_id,
        struct_extract(item, 'item_name') as item_name,
        struct_extract(item, 'price') as price,
        struct_extract(item, 'quantity') as quantity
    from (
        select
            event_key,
            session_key,
            unnest(items) as item
        from {{ relation }}
        where {{ where }}
    ) as exploded
{%- endmacro %}


{% macro spark__unnested_items(relation, where) -%}
    select
        event_key,
        session_key,
        item.item_id,
        item.item_name,
        item.price,
        item.quantity
    from (
        select
            event_key,
            session_key,
            explode(items) as item
        from {{ relation }}
        where {{ where }}
    ) as exploded
{%- endmacro %}


{% macro postgres__unnested_items(relation, where) -%}
    select
        event_key,
        session_key,
        item ->> 'item_id' as item_id,
        item ->> 'item_name' as item_name,
        cast(item ->> 'price' as double precision) as price,
        cast(item ->> 'quantity' as bigint) as quantity
    from (
        select
            event_key,
            session_key,
            jsonb_array_elements(cast(items as jsonb)) as item
        from {{ relation }}
        where {{ where }}
    ) as exploded
{%- endmacro %}
