select count(*) from visits where asked(day)
