select sum(revenue) from orders where asked(day)
