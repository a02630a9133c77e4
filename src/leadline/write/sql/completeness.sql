with days as (
    select distinct {{ by }} date_day
    from {{ relation }}
),
ends as (
    select {{ by }} min(date_day) as first_day, max(date_day) as last_day
    from days
    group by all
),
calendar as (
    select {{ by }} cast(unnest(range(first_day, last_day, interval 1 day)) as date) as date_day
    from ends
),
marked as (
    select calendar.*, days.date_day is null as is_missing
    from calendar
    left join days using ({{ by }} date_day)
),
judged as (
    select *,
        avg(cast(not is_missing as integer)) over (
            partition by {{ by.rstrip(', ') }} order by date_day
            rows between {{ around }} preceding and {{ around }} following
        ) as share
    from marked
)
select {{ by }} date_day as missing_day
from judged
where is_missing and share >= {{ share }}
