{#- A field inside a nested column, by its path: nested_field('device', ['web_info', 'hostname']). -#}
{% macro nested_field(column, path) %}
    {{- return(adapter.dispatch('nested_field', 'leadline')(column, path)) -}}
{% endmacro %}


{% macro default__nested_field(column, path) -%}
    {%- set field = namespace(sql=column) -%}
    {%- for name in path -%}
        {%- set field.sql = "struct_extract(" ~ field.sql ~ ", '" ~ name ~ "')" -%}
    {%- endfor -%}
    {{ field.sql }}
{%- endmacro %}


{% macro spark__nested_field(column, path) -%}
    {{ ([column] + path) | join('.') }}
{%- endmacro %}


{% macro postgres__nested_field(column, path) -%}
    (cast({{ column }} as jsonb) #>> '{ {{- path | join(',') -}} }')
{%- endmacro %}
