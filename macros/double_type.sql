{#- The engine's name for 64-bit floating point. dbt's own type_float is 32-bit on DuckDB. -#}
{% macro double_type() -%}
    {{ return(adapter.dispatch('double_type', 'leadline')()) }}
{%- endmacro %}

{% macro default__double_type() -%}
    double precision
{%- endmacro %}

{% macro spark__double_type() -%}
    double
{%- endmacro %}
