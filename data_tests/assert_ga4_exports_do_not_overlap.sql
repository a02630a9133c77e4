-- A property exported to BigQuery and through Fivetran as well would count every visit's events twice.
select
    session_key,
    count(distinct ga4_export) as exports
from {{ ref('int_ga4_events__unioned') }}
where session_key is not null
group by session_key
having count(distinct ga4_export) > 1
