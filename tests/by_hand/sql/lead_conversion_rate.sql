select (select count(*) from lead_people where asked(paris_day(lead_at))) / count(distinct visitor)
from visits
where asked(day)
