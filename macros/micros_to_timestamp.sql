{#- Microseconds since 1970 (UTC) as a timestamp without zone. -#}
{% macro micros_to_timestamp(expression) %}
    {{- return(adapter.dispatch('micros_to_timestamp', 'leadline')(expression)) -}}
{% endmacro %}


{% macro default__micros_to_timestamp(expression) -%}
    make_timestamp({{ expression }})
{%- endmacro %}


{% macro spark__micros_to_timestamp(expression) -%}
    timestamp_micros({{ expression }})
{%- endmacro %}


{% macro postgres__micros_to_timestamp(expression) -%}
    (timestamp '1970-01-01' + {{ expression }} * interval '1 microsecond')
{%- endmacro %}
