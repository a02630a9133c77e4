select (select count(*) from orders where asked(day)) / count(distinct visitor) from visits where asked(day)
