with days as (
    select {{ by }} date_day, cast(sum({{ stock }}) as double) as value
    from {{ relation }}
    where {{ stock }} is not null
    group by all
),
judged as (
    select *, max(date_day) over () as latest,
        lag(value) over ({{ partition }}order by date_day) as value_before
    from days
)
select {{ by }} date_day, '{{ stock }}' as measure, value, value_before
from judged
where date_day > latest - {{ judged }} and greatest(value, value_before) >= {{ fewest }}
    and (value * {{ factor }} < value_before or value > {{ factor }} * value_before)
order by date_day
