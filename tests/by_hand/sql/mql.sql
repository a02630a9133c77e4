select count(*) from lead_people where asked(paris_day(mql_at))
