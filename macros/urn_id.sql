{#- The id in a LinkedIn URN (urn:li:<type>:<id>); a bare id is returned as it is. -#}
{% macro urn_id(expression) -%}
    case
        when {{ expression }} like 'urn:li:%' then {{ dbt.split_part(expression, "':'", 4) }}
        else nullif(trim({{ expression }}), '')
    end
{%- endmacro %}
