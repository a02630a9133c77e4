{#- Whether a page's path lies under one of the beginnings; '/lp/' covers /lp itself too. -#}
{% macro path_starts_with(path, beginnings) -%}
    coalesce(
        {%- for beginning in beginnings %}
        {{ path }} || '/' like '{{ beginning | replace("'", "''") | replace("%", "") }}%'{{ " or" if not loop.last }}
        {%- else %}
        false
        {%- endfor %},
        false
    )
{%- endmacro %}
