-- Of every product: the visits that bought it, over the visits that looked at it, on the day the visit began.
with seen as (
    select distinct visitor, ga_session_id, unnest(json_extract_string(items, '$[*].item_id')) as product
    from events
    where name = 'view_item'
),
bought as (
    select distinct visitor, ga_session_id, unnest(json_extract_string(items, '$[*].item_id')) as product
    from web_sales
)
select (select count(*) from bought join visits using (visitor, ga_session_id) where asked(day)) / count(*)
from seen
join visits using (visitor, ga_session_id)
where asked(day)
