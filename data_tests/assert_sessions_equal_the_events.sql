-- Sessions, their events, page views and transactions sum to the events: nothing lost, nothing twice.
with counted_from_events as (

    select
        count(distinct session_key) as sessions,
        count(session_key) as session_events,
        count(case when event_name = 'page_view' then 1 end) as page_views,
        count(case when event_name = 'page_view' then session_key end) as session_page_views
    from {{ ref('int_ga4_events__unioned') }}

),

counted_from_sessions as (

    select
        count(*) as sessions,
        coalesce(sum(events), 0) as session_events,
        coalesce(sum(page_views), 0) as session_page_views
    from {{ ref('fct_sessions') }}

),

counted_from_views as (

    select count(*) as page_views
    from {{ ref('fct_page_views') }}

)

select counted_from_events.*
from counted_from_events
cross join counted_from_sessions
cross join counted_from_views
where
    counted_from_events.sessions <> counted_from_sessions.sessions
    or counted_from_events.session_events <> counted_from_sessions.session_events
    or counted_from_events.session_page_views <> counted_from_sessions.session_page_views
    or counted_from_events.page_views <> counted_from_views.page_views
