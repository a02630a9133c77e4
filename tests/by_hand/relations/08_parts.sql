-- Sums over the days asked that several KPIs share.
create macro spend_asked() as
    coalesce((select sum(spend) from ads where asked(day)), 0)
    + coalesce((select sum(amount) from costs_by_day where asked(day)), 0);

create macro new_customers_asked() as
    (select nullif(count(*), 0) from first_purchases where asked(day));

-- Orders without lines have no cost that is known, and count on neither side.
create macro margin_asked() as (
    select sum(revenue - cost) / sum(revenue) from orders
    join order_costs on order_costs.order_id = orders.id
    where asked(day)
);

create macro revenue_per_customer_asked() as
    (select sum(revenue) / count(distinct buyer) from orders where asked(day));

-- Who was a customer on the eve of the first day.
create macro customers_at_start() as (
    select nullif(count(*), 0) from customer_spells
    where started < getvariable('first') and lost >= getvariable('first')
);

-- A spell that ended within the period is a loss.
create macro churn_asked() as
    (select count(*) from customer_spells where asked(lost)) / customers_at_start();
