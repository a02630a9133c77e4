{#- A day is that of a time, in the reporting time zone. -#}
{% test local_day_of(model, column_name, time) %}

select
    {{ column_name }},
    {{ time }}
from {{ model }}
where {{ column_name }} <> {{ local_date(time) }}

{% endtest %}
