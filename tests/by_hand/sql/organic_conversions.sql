select count(*)
from (select * from events where name = 'lead' union all select * from web_sales) as results
join visits using (visitor, ga_session_id)
where channel_group = 'Organic Search' and asked(paris_day(happened))
