-- By the day of the first purchase: of those with an order, the share with two or more until today.
select count(*) filter (orders >= 2) / nullif(count(*) filter (orders >= 1), 0) from (
    select day, (select count(*) from orders where buyer = person) as orders from first_purchases
)
where asked(day)
