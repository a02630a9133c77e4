with final as (

    select
        {{ surrogate_key(['date_day', 'event_name']) }} as tracking_event_key,
        date_day,
        event_name,
        count(*) as events,
        count(received_parameters) as events_with_parameters
    from {{ ref('int_ga4_events__unioned') }}
    group by date_day, event_name

)

select * from final
