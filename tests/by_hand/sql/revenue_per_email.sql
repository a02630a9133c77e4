select (
    select coalesce(sum(revenue), 0) from orders
    join web_sales on web_sales.transaction_id = ltrim(orders.name, '#')
    join visits using (visitor, ga_session_id)
    where channel_group = 'Email' and asked(orders.day)
) / sum(sent - bounced)
from mailings
where asked(day)
