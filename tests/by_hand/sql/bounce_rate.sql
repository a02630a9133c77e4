select 1 - count(*) filter (engaged) / count(*) from visits where asked(day)
