with days as (
    select date_day, count(*) as row_count
    from {{ relation }}
    group by date_day
),
ends as (
    select min(date_day) as first_day, max(date_day) as last_day
    from days
),
calendar as (
    select cast(range as date) as date_day
    from ends, range(greatest(first_day, last_day - {{ history }}), last_day + 1, interval 1 day)
),
filled as (
    select date_day, coalesce(row_count, 0) as row_count
    from calendar
    left join days using (date_day)
),
judged as (
    select later.date_day, any_value(later.row_count) as row_count, median(earlier.row_count) as usual,
        min(earlier.row_count) as fewest_before, max(earlier.row_count) as most_before
    from filled as later
    inner join filled as earlier
        on later.date_day > earlier.date_day and isodow(later.date_day) = isodow(earlier.date_day)
    where later.date_day > (select last_day - {{ judged }} from ends)
    group by later.date_day
)
select date_day, row_count, usual
from judged
where usual >= {{ fewest }} and (
        (row_count * {{ factor }} < usual and row_count < fewest_before)
        or (row_count > usual * {{ factor }} and row_count > most_before)
    )
