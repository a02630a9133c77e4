select count(*) filter (pages = 1) / count(*) from visits where asked(day)
