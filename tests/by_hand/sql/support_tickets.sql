select count(*) from support.ticket where asked(paris_day(created_at))
