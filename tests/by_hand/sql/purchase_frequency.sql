select count(*) / count(distinct buyer) from orders where asked(day)
