{#- What a metric's value depends on, as one line of text; `leadline generate` writes the same line. -#}
{% macro definition_fingerprint(name) %}
    {%- set metric = graph.metrics.values() | selectattr('name', 'equalto', name) | first -%}
    {%- set parts = metric.type_params -%}
    {%- set agg = parts.metric_aggregation_params or {} -%}
    {%- set stock = agg.get('non_additive_dimension') or {} -%}
    {%- set conversion = parts.conversion_type_params or {} -%}
    {%- set filters = (metric.filter or {}).get('where_filters', []) | map(attribute='where_sql_template') | join(' and ') -%}
    {%- set used = [] -%}
    {%- for part in [conversion.get('base_metric'), conversion.get('conversion_metric')] if part -%}
        {%- do used.append(definition_fingerprint(part.name)) -%}
    {%- endfor -%}
    {{- return([
        name, metric.type, agg.get('semantic_model') or '', agg.get('agg') or '', agg.get('agg_time_dimension') or '',
        parts.expr or '', stock.get('name') or '', stock.get('window_choice') or '', filters,
        conversion.get('entity') or '', conversion.get('calculation') or '', used | join(' ')
    ] | join('|')) -}}
{% endmacro %}
