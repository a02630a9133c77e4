select sum(seconds) / count(*) from visits where asked(day)
