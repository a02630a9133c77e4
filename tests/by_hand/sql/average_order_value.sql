select sum(revenue) / count(*) from orders where asked(day)
