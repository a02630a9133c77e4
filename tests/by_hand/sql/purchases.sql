select count(*) from orders where asked(day)
