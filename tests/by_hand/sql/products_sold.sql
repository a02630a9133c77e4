select sum(quantity) from shopify.order_line as line
join orders on orders.id = line.order_id
where asked(day)
