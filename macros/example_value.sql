{#- What a metric's definition gives over given totals of simple metrics, as SQL. A simple metric that is not given has no value. -#}
{% macro example_value(name, given) %}
    {%- set metric = graph.metrics.values() | selectattr('name', 'equalto', name) | first -%}
    {%- if name in given -%}
        {{- example_number(given[name]) -}}
    {%- elif metric.type == 'ratio' -%}
        {%- set parts = metric.type_params -%}
        {%- set numerator = example_value(parts.numerator.name, given) -%}
        {%- set denominator = example_value(parts.denominator.name, given) -%}
        ({{ numerator }} / nullif({{ denominator }}, 0))
    {%- elif metric.type == 'derived' -%}
        {%- set inputs = [] -%}
        {%- for part in metric.type_params.metrics -%}
            {%- do inputs.append(example_value(part.name, given) ~ ' as ' ~ (part.alias or part.name)) -%}
        {%- endfor -%}
        (select {{ metric.type_params.expr }} from (select {{ inputs | join(', ') }}) as inputs)
    {%- else -%}
        {{- example_number(none) -}}
    {%- endif -%}
{% endmacro %}
