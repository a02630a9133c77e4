{#- The local day (variable time_zone) of a UTC timestamp. -#}
{% macro local_date(expression) -%}
    cast({{ local_timestamp(expression) }} as date)
{%- endmacro %}
