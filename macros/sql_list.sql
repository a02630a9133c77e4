{#- A list of texts as a parenthesised SQL list; an empty list matches nothing. -#}
{% macro sql_list(values) -%}
    (
    {%- for value in values or [''] -%}
        '{{ value | replace("'", "''") }}'{{ ", " if not loop.last }}
    {%- endfor -%}
    )
{%- endmacro %}
