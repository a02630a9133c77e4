{#- The rules that join two identifiers, strongest first; an identifier joined by several of them keeps the first. -#}
{% macro identity_rules() %}
    {{ return([
        'shop user_id', 'shop email', 'order email', 'crm email', 'crm merge', 'list email', 'user_id on event',
        'purchase event', 'crm client id',
    ]) }}
{% endmacro %}


{#- The position of a value in a list, as a case expression. -#}
{% macro position_in(expression, values) -%}
    case {{ expression }}
        {%- for value in values %} when '{{ value }}' then {{ loop.index }}{% endfor %}
    end
{%- endmacro %}
