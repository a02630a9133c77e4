{#- A traffic source or medium in the one form in which it is compared: lower case, no outer blanks, placeholders NULL.
    (direct) and (none) are values: they say that there was no source, which is more than not knowing it. -#}
{% macro traffic_value(expression) -%}
    lower({{ placeholder_to_null(expression) }})
{%- endmacro %}
