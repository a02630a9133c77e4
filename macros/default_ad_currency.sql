{#- The currency of ad accounts whose export names none; NULL unless the variable of the same name is set. -#}
{% macro default_ad_currency() -%}
    {%- set currency = var('default_ad_currency', none) -%}
    cast({{ "'" ~ currency ~ "'" if currency else 'null' }} as {{ dbt.type_string() }})
{%- endmacro %}
