{#- What stands before the bracket of a CTE that the engine is to compute as it stands, not to merge into what reads it. -#}
{% macro computed_once() -%}
    {{ return(adapter.dispatch('computed_once', 'leadline')()) }}
{%- endmacro %}


{% macro default__computed_once() -%}
{%- endmacro %}


{% macro duckdb__computed_once() -%}
    {{ return('materialized ') }}
{%- endmacro %}


{% macro postgres__computed_once() -%}
    {{ return('materialized ') }}
{%- endmacro %}
