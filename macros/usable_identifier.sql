{#- NULL for what stands for "nobody" in an id column: such a value would make one person of everybody who bears it. -#}
{% macro usable_identifier(expression) -%}
    case
        when
            lower(trim({{ expression }})) not in (
                '', '0', '-1', 'null', 'none', 'nil', 'nan', 'undefined', 'unknown', 'anonymous', 'guest', 'false', 'true',
                '(not set)', '(none)', '(data not available)', '(data deleted)'
            )
            then {{ expression }}
    end
{%- endmacro %}
