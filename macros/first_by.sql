{#- Aggregate: the first known value in the order of another column; NULL where none is known. -#}
{% macro first_by(expression, order_by) %}
    {{- return(adapter.dispatch('first_by', 'leadline')(expression, order_by)) -}}
{% endmacro %}


{% macro default__first_by(expression, order_by) -%}
    min_by({{ expression }}, {{ order_by }}) filter (where {{ expression }} is not null)
{%- endmacro %}


{% macro postgres__first_by(expression, order_by) -%}
    (array_agg({{ expression }} order by {{ order_by }}) filter (where {{ expression }} is not null))[1]
{%- endmacro %}
