{#- Columns that a relation lacks, as typed NULLs, without the last comma. -#}
{% macro null_columns(names, data_type) -%}
    {%- for name in names %}
        cast(null as {{ data_type }}) as {{ name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}
