{#- The worked examples of a stage's metrics: what each definition gives, as it stands in the project now, beside what it should
    give. `computed` is a select of the same columns for examples whose inputs are rows. A build ends with what is wrong. -#}
{% macro worked_examples(stage, computed=none) %}
    {%- set selects = [] -%}
    {%- for metric in leadline_metrics(stage) -%}
        {%- for example in metric.config.meta.leadline.get('examples', []) if example.get('given') -%}
            {%- do selects.append(example_select(metric, example)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if computed -%}{%- do selects.append(computed | trim) -%}{%- endif -%}
    {%- if not selects -%}{%- do selects.append(no_examples()) -%}{%- endif -%}
    {%- set examples = selects | join('\nunion all\n') -%}
    {%- if execute and flags.WHICH in ('build', 'test') -%}
        {%- do report_wrong_examples(examples) -%}
    {%- endif -%}
    {{- examples -}}
{% endmacro %}
