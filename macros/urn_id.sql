{#- The id in a LinkedIn URN (urn:li:<type>:<id>); a bare id is returned as it is. -#}
{% macro urn_id(expression) -%}
    nullif(
        {{ dbt.split_part(expression, "':'", "case when " ~ expression ~ " like 'urn:li:%' then 4 else 1 end") }}, ''
    )
{%- endmacro %}
