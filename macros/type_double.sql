{#- The engine's double-precision number. dbt's own type_float() is single precision on DuckDB: seven digits, too few for sums. -#}
{% macro type_double() %}
    {{- return(adapter.dispatch('type_double', 'leadline')()) -}}
{% endmacro %}


{% macro default__type_double() -%}
    double
{%- endmacro %}


{% macro postgres__type_double() -%}
    double precision
{%- endmacro %}
