{#- The metrics of a stage of the customer journey, as the project defines them now; none while dbt parses. -#}
{% macro leadline_metrics(stage) %}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for metric in graph.metrics.values() if metric.config.meta.get('leadline', {}).get('stage') == stage -%}
            {%- do found.append(metric) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(found | sort(attribute='name')) -}}
{% endmacro %}
