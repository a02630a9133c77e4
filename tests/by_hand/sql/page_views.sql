select count(*) from events where name = 'page_view' and asked(paris_day(happened))
