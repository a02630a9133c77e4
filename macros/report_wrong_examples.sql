{#- Ends the build with one line for each worked example that its definition does not give. -#}
{% macro report_wrong_examples(examples) %}
    {%- set wrong = run_query('select * from (' ~ examples ~ ') as examples where ' ~ is_wrong_example()) -%}
    {%- set lines = [] -%}
    {%- for row in wrong.rows -%}
        {%- set expected = 'no value' if row[2] is none else row[2] | float -%}
        {%- set found = 'no value' if row[3] is none else row[3] | float -%}
        {%- do lines.append(row[0] ~ ': ' ~ row[1] ~ ' should give ' ~ expected ~ ', gives ' ~ found) -%}
    {%- endfor -%}
    {%- if lines -%}
        {%- do exceptions.raise_compiler_error(lines | join('\n')) -%}
    {%- endif -%}
{% endmacro %}
