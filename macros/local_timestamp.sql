{#- A UTC timestamp as the wall-clock time of the reporting time zone (variable time_zone). -#}
{% macro local_timestamp(expression) %}
    {{- return(adapter.dispatch('local_timestamp')(expression)) -}}
{% endmacro %}


{% macro default__local_timestamp(expression) -%}
    (({{ expression }}) at time zone 'UTC' at time zone '{{ var("time_zone") }}')
{%- endmacro %}


{% macro spark__local_timestamp(expression) -%}
    from_utc_timestamp({{ expression }}, '{{ var("time_zone") }}')
{%- endmacro %}
