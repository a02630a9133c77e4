{#- Schemas bear the names that dbt_project.yml gives them, without the target's name before them: BI tools read `marts`. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
