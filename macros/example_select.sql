{#- One worked example as a select: metric, what is given in words, what is expected, and what the definition gives. -#}
{% macro example_select(metric, example) %}
    {%- set parts = [] -%}
    {%- for name, total in example.given.items() -%}
        {%- do parts.append(('no' if total is none else total) ~ ' ' ~ name) -%}
    {%- endfor -%}
    {%- set joint = ' of ' if parts | length == 2 else ', ' -%}
    select
        '{{ metric.name }}' as metric_name,
        '{{ parts | join(joint) }}' as given_words,
        {{ example_number(example.expect) }} as expected,
        {{ example_value(metric.name, example.given) }} as found
{% endmacro %}
