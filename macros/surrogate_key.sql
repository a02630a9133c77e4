{#- One text key from several expressions; NULL differs from the empty text, and ('a', 'b') from ('ab', ''). -#}
{% macro surrogate_key(expressions) -%}
    md5(
        {%- for expression in expressions %}
        coalesce(replace(cast({{ expression }} as {{ dbt.type_string() }}), '|', '||'), '|-') {{- " || '|,' || " if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
