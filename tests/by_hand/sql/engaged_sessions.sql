select count(*) filter (engaged) from visits where asked(day)
