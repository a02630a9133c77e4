select (select count(*) from events where name = 'page_view' and asked(paris_day(happened))) / count(*)
from visits
where asked(day)
