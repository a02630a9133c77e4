{#- 1 for the newest exported version of a row: exports repeat rows that changed, and the latest export wins.
    `newest` names columns that settle the order before the export time does (an updated_at, say). -#}
{% macro version_rank(key, newest=[]) -%}
    row_number() over (
        partition by {{ key | join(', ') }}
        order by {% for column in newest %}{{ column }} desc nulls last, {% endfor -%}
        _fivetran_synced desc nulls last
    )
{%- endmacro %}
