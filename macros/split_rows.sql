{#- A select of (key_column, part): one row for each part of a delimited text column. -#}
{% macro split_rows(relation, key_column, text_column, delimiter) -%}
    {{ return(adapter.dispatch('split_rows', 'leadline')(relation, key_column, text_column, delimiter)) }}
{%- endmacro %}


{% macro default__split_rows(relation, key_column, text_column, delimiter) -%}
    select
        {{ key_column }},
        unnest(string_to_array(cast({{ text_column }} as {{ dbt.type_string() }}), '{{ delimiter }}')) as part
    from {{ relation }}
{%- endmacro %}


{% macro spark__split_rows(relation, key_column, text_column, delimiter) -%}
    select
        {{ key_column }},
        explode(split({{ text_column }}, '{{ delimiter }}')) as part
    from {{ relation }}
{%- endmacro %}
