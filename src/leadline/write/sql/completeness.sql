with days as (
    select distinct {{ by }} cast(date_day as date) as date_day
    from {{ relation }}
    where date_day is not null
),
counted as (
    select *,
        lag(date_day) over (partition by {{ by.rstrip(', ') }} order by date_day) as day_before,
        min(date_day) over (partition by {{ by.rstrip(', ') }}) as first_day,
        max(date_day) over (partition by {{ by.rstrip(', ') }}) as last_day,
        count(*) over (
            partition by {{ by.rstrip(', ') }} order by date_day
            range between interval {{ around - 1 }} day preceding and current row
        ) as days_up_to,
        count(*) over (
            partition by {{ by.rstrip(', ') }} order by date_day
            range between current row and interval {{ around - 1 }} day following
        ) as days_from
    from days
),
gaps as (
    select *,
        lag(days_up_to) over (partition by {{ by.rstrip(', ') }} order by date_day) as days_up_to_gap,
        least({{ around }}, day_before - first_day + 1) + least({{ around }}, last_day - date_day + 1) as possible
    from counted
    qualify date_day - day_before between 2 and {{ longest }} + 1
)
select {{ by }} cast(unnest(range(day_before + 1, date_day, interval 1 day)) as date) as missing_day
from gaps
where days_up_to_gap + days_from >= {{ share }} * possible and possible >= {{ around }}
