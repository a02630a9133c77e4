select (select sum(spend) from ads where asked(day))
    / nullif((select count(*) from lead_people where asked(paris_day(lead_at))), 0)
