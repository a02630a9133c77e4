{#- A GA4 event parameter as a number, whichever of its fields carries it; text that is no number is NULL. -#}
{% macro event_param_number(key, params='event_params') -%}
    coalesce(
        cast({{ event_param(key, 'int_value', params) }} as {{ double_type() }}),
        cast({{ event_param(key, 'double_value', params) }} as {{ double_type() }}),
        cast({{ event_param(key, 'float_value', params) }} as {{ double_type() }}),
        {{ dbt.safe_cast(event_param(key, 'string_value', params), double_type()) }}
    )
{%- endmacro %}
