with latest as (
    select max(last_day) as latest_of_all
    from (
        {%- for other in relations %}
        {{ 'union all ' if not loop.first }}select cast(max(date_day) as date) as last_day from {{ other }}
        {%- endfor %}
    ) as facts
),
days as (
    select distinct {{ by }} cast(date_day as date) as date_day
    from {{ relation }}
    cross join latest
    where date_day between latest_of_all - {{ history }} and latest_of_all
),
silences as (
    select *,
        date_day - lag(date_day) over ({{ partition }}order by date_day) as days_silent,
        count(*) over (
            {{ partition }}order by date_day range between interval {{ recent - 1 }} day preceding and current row
        ) as recent_days
    from days
),
senders as (
    select {{ by }} max(date_day) as last_day, arg_max(recent_days, date_day) as recent_days,
        coalesce(max(days_silent), 0) as longest_silence, count(*) as days_sent,
        max(date_day) - min(date_day) + 1 as days_since_first
    from silences
    group by all
),
judged as (
    select *, latest_of_all - last_day as days_late,
        max(last_day) over () - last_day as days_behind
    from senders
    cross join latest
)
select {{ by }} last_day, latest_of_all, longest_silence
from judged
where (
        days_sent >= {{ fewest }}
        and days_late > {{ slack }} + longest_silence * if(days_sent * 2 >= days_since_first, 1, 2)
    )
    or (
        recent_days >= {{ share }} * {{ recent }}
        and days_late <= {{ ended }}
        and (days_late > {{ slack }} or days_behind > {{ slack - 1 }})
    )
