{#- One parameter of an address' query string, decoded; NULL where it is absent or empty. -#}
{% macro url_parameter(expression, name) %}
    {{- return(adapter.dispatch('url_parameter', 'leadline')(expression, name)) -}}
{% endmacro %}


{#- An escape that is no text (%E9 alone) leaves the value as it came. -#}
{% macro default__url_parameter(expression, name) -%}
    {%- set value = "regexp_extract(" ~ expression ~ ", '[?&]" ~ name ~ "=([^&#]*)', 1)" -%}
    nullif(coalesce(try(url_decode(replace({{ value }}, '+', ' '))), {{ value }}), '')
{%- endmacro %}


{% macro spark__url_parameter(expression, name) -%}
    {%- set value = "regexp_extract(" ~ expression ~ ", '[?&]" ~ name ~ "=([^&#]*)', 1)" -%}
    nullif(coalesce(try_url_decode({{ value }}), {{ value }}), '')
{%- endmacro %}


{#- PostgreSQL has no function for escapes: blanks alone are decoded. -#}
{% macro postgres__url_parameter(expression, name) -%}
    nullif(replace(replace(substring({{ expression }} from '[?&]{{ name }}=([^&#]*)'), '+', ' '), '%20', ' '), '')
{%- endmacro %}
