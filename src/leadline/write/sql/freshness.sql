with latest as (
    select max(last_day) as latest_of_all
    from (
        {%- for other in relations %}
        {{ 'union all ' if not loop.first }}select max(date_day) as last_day from {{ other }}
        {%- endfor %}
    ) as facts
),
days as (
    select distinct {{ by }} date_day
    from {{ relation }}
    cross join latest
    where date_day between latest_of_all - {{ history }} and latest_of_all
),
silences as (
    select *, date_day - lag(date_day) over ({{ window }}) as days_silent
    from days
)
select {{ by }} max(date_day) as last_day, any_value(latest_of_all) as latest_of_all,
    coalesce(max(days_silent), 0) as longest_silence
from silences
cross join latest
group by all
having any_value(latest_of_all) - max(date_day) > greatest({{ slack }}, coalesce(max(days_silent), 0))
