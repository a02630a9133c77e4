{#- A number of a worked example in double precision, so that no engine divides whole numbers. -#}
{% macro example_number(value) -%}
    cast({{ 'null' if value is none else value }} as {{ double_type() }})
{%- endmacro %}
