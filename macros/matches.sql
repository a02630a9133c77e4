{#- Whether a regular expression matches somewhere in the text. -#}
{% macro matches(expression, pattern) %}
    {{- return(adapter.dispatch('matches', 'leadline')(expression, pattern)) -}}
{% endmacro %}


{% macro default__matches(expression, pattern) -%}
    regexp_matches({{ expression }}, '{{ pattern }}')
{%- endmacro %}


{% macro spark__matches(expression, pattern) -%}
    {{ expression }} rlike '{{ pattern }}'
{%- endmacro %}


{% macro postgres__matches(expression, pattern) -%}
    {{ expression }} ~ '{{ pattern }}'
{%- endmacro %}
