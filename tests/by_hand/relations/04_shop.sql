create table orders as
    select "order".id, "order".name, coalesce(lower(trim(customer.email)), lower(trim("order".email)),
        'customer ' || "order".customer_id, 'order ' || "order".id) as buyer,
        coalesce(processed_at, "order".created_at) as happened,
        paris_day(coalesce(processed_at, "order".created_at)) as day,
        subtotal_price - case when taxes_included then total_tax else 0 end
        - coalesce(refunds.amount, 0) as revenue
    from shopify."order"
    left join shopify.customer on customer.id = "order".customer_id
    left join (
        select refund.order_id, sum(line.subtotal - line.total_tax) as amount
        from shopify.order_line_refund as line
        join shopify.refund on refund.id = line.refund_id
        group by refund.order_id
    ) as refunds on refunds.order_id = "order".id
    where cancelled_at is null and not test;

-- Cost of what was kept: given back goods return to the shelf.
create table order_costs as
    select line.order_id, sum(item.cost * (line.quantity - coalesce(back.quantity, 0))) as cost
    from shopify.order_line as line
    join shopify.product_variant as variant on variant.id = line.variant_id
    join shopify.inventory_item as item on item.id = variant.inventory_item_id
    left join (
        select order_line_id, sum(quantity) as quantity from shopify.order_line_refund group by order_line_id
    ) as back on back.order_line_id = line.id
    group by line.order_id;
