with days as (
    select {{ by }} date_day
        {%- for measure in measures %}, cast(sum({{ measure }}) as double) as "{{ measure }}"{% endfor %}
    from {{ relation }}
    where date_day is not null
    group by all
),
measured as (
    {%- for measure in measures %}
    {{ 'union all ' if not loop.first }}select {{ by }} date_day, '{{ measure }}' as measure, "{{ measure }}" as value
    from days
    where "{{ measure }}" > 0
    {%- endfor %}
),
judged as (
    select *, max(date_day) over () as latest,
        count(*) over earlier as earlier_days,
        quantile_cont(value, 0.1) over earlier as usually_above,
        quantile_cont(value, 0.9) over earlier as usually_below
    from measured
    window earlier as (
        partition by {{ by }} measure order by date_day
        range between interval {{ history }} day preceding and interval 1 day preceding
    )
)
select {{ by }} date_day, measure, value, usually_above, usually_below
from judged
where date_day > latest - {{ judged }} and earlier_days >= {{ fewest }}
    and (value > {{ factor }} * usually_below or value * {{ factor }} < usually_above)
order by date_day, measure
