{#- A column has one value for each value of others: an account has one currency. -#}
{% test depends_only_on(model, column_name, columns) %}

select
    {{ columns | join(', ') }},
    count(distinct {{ column_name }}) as value_count
from {{ model }}
group by {{ columns | join(', ') }}
having count(distinct {{ column_name }}) > 1

{% endtest %}
