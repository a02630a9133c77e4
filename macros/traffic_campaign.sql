{#- A campaign's name without outer blanks; what GA4 writes where there is no campaign is NULL. -#}
{% macro traffic_campaign(expression) -%}
    case
        when lower(trim({{ expression }})) not in ('(direct)', '(none)', '(organic)', '(referral)', '(content)')
            then {{ placeholder_to_null(expression) }}
    end
{%- endmacro %}
