{#- An amount of money: exact decimals, so that sums are the same in any order. -#}
{% macro money(expression) -%}
    cast(round({{ expression }}, 6) as decimal(18, 6))
{%- endmacro %}
