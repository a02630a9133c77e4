{#- A staging model of what a connector keeps by version (accounts, campaigns): `columns` renames, as {name: expression over the
    raw columns}, of which `exported_at` is one; of the rows of one `key`, the last exported is kept. `newest` names columns that
    settle the order before the export time does. -#}
{% macro latest_rows(relation, columns, key, newest=[]) -%}
with

source as (

    select * from {{ relation }}

),

renamed as (

    select
        {%- for name, expression in columns.items() %}
        {{ expression }} {{- ' as ' ~ name if expression != name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from source

),

ranked as (

    select
        *,
        row_number() over (
            partition by {{ key | join(', ') }}
            order by {% for column in newest %}{{ column }} desc nulls last, {% endfor %}exported_at desc nulls last
        ) as version_number
    from renamed

),

final as (

    select
        {{ columns | join(',\n        ') }}
    from ranked
    where version_number = 1

)

select * from final
{%- endmacro %}
