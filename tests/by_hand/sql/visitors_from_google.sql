select count(distinct visitor) from visits where asked(day) and source = 'google'
