{#- Rows without a sync time are one version, older than any other. -#}
{% macro sync_run(synced_at) -%}
    date_trunc('hour', coalesce({{ synced_at }}, cast('1900-01-01 00:00:00' as timestamp)))
{%- endmacro %}
