{#- Text without outer blanks, with what systems write for "nothing here" made NULL. -#}
{% macro placeholder_to_null(expression) -%}
    case
        when lower(trim({{ expression }})) not in (
            '', '(not set)', '(not provided)', '(data not available)', '(data deleted)', '(unavailable)', '(other)',
            '<other>', 'undefined', 'null', 'none', 'nan', 'undefined / undefined', '(not set) / (not set)'
        ) then trim({{ expression }})
    end
{%- endmacro %}
