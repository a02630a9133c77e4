{#- A GA4 event parameter as text, whichever of its fields carries it (tags send one parameter now as text, now as number). -#}
{% macro event_param_text(key, params='event_params') -%}
    nullif(
        trim(
            coalesce(
                cast({{ event_param(key, 'string_value', params) }} as {{ dbt.type_string() }}),
                cast({{ event_param(key, 'int_value', params) }} as {{ dbt.type_string() }}),
                cast({{ event_param(key, 'double_value', params) }} as {{ dbt.type_string() }})
            )
        ),
        ''
    )
{%- endmacro %}
