select 1 - count(*) filter (exists (
        select 1 from web_sales as sale
        where sale.visitor = visits.visitor and sale.ga_session_id = visits.ga_session_id
    )) / nullif(count(*), 0)
from visits
where has_cart and asked(day)
