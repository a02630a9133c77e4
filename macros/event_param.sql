{#- One field (string_value, int_value, float_value or double_value) of one GA4 event parameter. -#}
{% macro event_param(key, field, params='event_params') %}
    {{- return(adapter.dispatch('event_param', 'leadline')(key, field, params)) -}}
{% endmacro %}


{% macro default__event_param(key, field, params) -%}
    struct_extract(list_filter({{ params }}, param -> param.key = '{{ key }}')[1].value, '{{ field }}')
{%- endmacro %}


{% macro spark__event_param(key, field, params) -%}
    get(filter({{ params }}, param -> param.key = '{{ key }}'), 0).value.{{ field }}
{%- endmacro %}


{% macro postgres__event_param(key, field, params) -%}
    (jsonb_path_query_first(cast({{ params }} as jsonb), '$[*] ? (@.key == "{{ key }}").value') ->> '{{ field }}')
{%- endmacro %}
