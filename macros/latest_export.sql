{#- The rows of the latest sync run per partition, all columns. The join (not a window) keeps memory flat on large exports. -#}
{% macro latest_export(relation, partition_by, synced_at='_fivetran_synced') -%}
    select versions.*
    from {{ relation }} as versions
    inner join (
        select
            {% for column in partition_by -%}
            {{ column }},
            {% endfor -%}
            max({{ sync_run(synced_at) }}) as latest_sync_run
        from {{ relation }} as every_version
        group by {{ partition_by | join(', ') }}
    ) as latest_versions
        on
            {{ sync_run('versions.' ~ synced_at) }} = latest_versions.latest_sync_run
            {% for column in partition_by -%}
            and versions.{{ column }} is not distinct from latest_versions.{{ column }}
            {% endfor %}
{%- endmacro %}
