{#- What an event carried beside its name, as sorted text `name:type,name:type`: the parameters that have a value, typed as GA4
    sent them (string, integer, number, boolean), and items:list where there are products. No value leaves this macro. -#}
{% macro received_parameters(params='event_params', items='items') %}
    {{- return(adapter.dispatch('received_parameters', 'leadline')(params, items)) -}}
{% endmacro %}


{#- The type of one parameter from its four fields; NULL where it says nothing. -#}
{% macro parameter_type(text, whole, double, float) -%}
    case
        when lower(trim({{ text }})) in ('true', 'false') then 'boolean'
        when {{ placeholder_to_null(text) }} is not null then 'string'
        when {{ whole }} is not null then 'integer'
        when {{ double }} is not null or {{ float }} is not null then 'number'
    end
{%- endmacro %}


{% macro default__received_parameters(params, items) -%}
    array_to_string(
        list_sort(
            list_distinct(
                list_concat(
                    list_filter(
                        list_transform(
                            {{ params }},
                            param -> param.key || ':' || {{ parameter_type(
                                'param.value.string_value', 'param.value.int_value', 'param.value.double_value',
                                'param.value.float_value'
                            ) }}
                        ),
                        received -> received is not null
                    ),
                    case when len({{ items }}) > 0 then ['items:list'] else [] end
                )
            )
        ),
        ','
    )
{%- endmacro %}


{% macro spark__received_parameters(params, items) -%}
    array_join(
        array_sort(
            array_distinct(
                concat(
                    filter(
                        transform(
                            {{ params }},
                            param -> concat(param.key, ':', {{ parameter_type(
                                'param.value.string_value', 'param.value.int_value', 'param.value.double_value',
                                'param.value.float_value'
                            ) }})
                        ),
                        received -> received is not null
                    ),
                    case when size({{ items }}) > 0 then array('items:list') else cast(array() as array<string>) end
                )
            )
        ),
        ','
    )
{%- endmacro %}


{% macro postgres__received_parameters(params, items) -%}
    concat_ws(
        ',',
        case when jsonb_array_length(coalesce(cast({{ items }} as jsonb), '[]')) > 0 then 'items:list' end,
        (
            select string_agg(distinct received.parameter, ',' order by received.parameter)
            from (
                select
                    param ->> 'key' || ':' || {{ parameter_type(
                        "(param -> 'value' ->> 'string_value')", "(param -> 'value' ->> 'int_value')",
                        "(param -> 'value' ->> 'double_value')", "(param -> 'value' ->> 'float_value')"
                    ) }} as parameter
                from jsonb_array_elements(coalesce(cast({{ params }} as jsonb), '[]')) as param
            ) as received
        )
    )
{%- endmacro %}
