select avg(first.day - paris_day(touched))
from (select *, row_number() over (partition by person order by happened) as number from purchases) as first
join first_touches using (person)
where number = 1 and is_order and touched <= happened and asked(first.day)
