{% macro iso_year(date_expr) -%}
    {{ return(adapter.dispatch('iso_year', 'leadline')(date_expr)) }}
{%- endmacro %}

{% macro default__iso_year(date_expr) -%}
    cast(extract(isoyear from {{ date_expr }}) as integer)
{%- endmacro %}

{% macro spark__iso_year(date_expr) -%}
    cast(extract(yearofweek from {{ date_expr }}) as integer)
{%- endmacro %}
