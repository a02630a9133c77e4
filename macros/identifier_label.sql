{#- One text for an identifier, sorting by its kind first (identifier_types). -#}
{% macro identifier_label(type_expression, value_expression) -%}
    cast({{ position_in(type_expression, identifier_types()) }} as {{ dbt.type_string() }}) || ':' || {{ value_expression }}
{%- endmacro %}
