with

{% for source_name, tables in raw_tables() | dictsort -%}
{% for table_name in tables -%}
{% set day, exported_at = raw_day(source_name, table_name), raw_exported_at(source_name, table_name) -%}
{{ source_name }}__{{ table_name }} as (
    select
        '{{ source_name }}' as source,
        '{{ table_name }}' as raw_table,
        {{ 'true' if var('use_' ~ source_name) else 'false' }} as is_enabled,
        count(*) as row_count,
        min(cast({{ day }} as date)) as first_day,
        max(cast({{ day }} as date)) as last_day,
        max(cast({{ exported_at }} as timestamp)) as exported_at
    from {{ raw(source_name, table_name, [day, exported_at]) }} as raw_rows
),

{% endfor -%}
{% endfor -%}

final as (
    {% for source_name, tables in raw_tables() | dictsort -%}
    {% set last_source = loop.last -%}
    {% for table_name in tables -%}
    select * from {{ source_name }}__{{ table_name }}
    {% if not (last_source and loop.last) -%} union all {%- endif %}
    {% endfor -%}
    {% endfor %}
)

select * from final
