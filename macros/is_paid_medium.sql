{#- Whether a medium says that the visit was paid for, by GA4's pattern. -#}
{% macro is_paid_medium(medium) -%}
    ({{ matches(medium, '^(.*cp.*|ppc|retargeting|paid.*)$') }})
{%- endmacro %}
