-- What breaks the tracking plan. The steps days, planned, ignored, wanted and fits are put before these from the plan.
with

received_days as (

    select * from fct_tracking_events
    where date_day between (select first_day from days) and (select last_day from days)

),

received as (

    select
        event_name,
        sum(events) as events,
        min(date_day) as first_day,
        max(date_day) as last_day
    from received_days
    group by event_name

),

ever_received as (

    select
        event_name,
        min(date_day) as first_day,
        max(date_day) as last_day
    from fct_tracking_events
    where date_day <= (select last_day from days)
    group by event_name

),

typed_days as (

    select * from fct_tracking_parameters
    where date_day between (select first_day from days) and (select last_day from days)

),

carried_days as (

    select
        date_day,
        event_name,
        parameter_name,
        sum(events) as events
    from typed_days
    group by date_day, event_name, parameter_name

),

missing_events as (

    select
        'event missing' as problem,
        planned.event_name,
        cast(null as varchar) as parameter_name,
        cast(null as varchar) as planned_type,
        cast(null as varchar) as received_type,
        0 as events,
        cast(null as double) as share,
        ever_received.first_day,
        ever_received.last_day
    from planned
    left join received
        on planned.event_name = received.event_name
    left join ever_received
        on planned.event_name = ever_received.event_name
    where received.event_name is null

),

unknown_events as (

    select
        'event unknown' as problem,
        received.event_name,
        cast(null as varchar) as parameter_name,
        cast(null as varchar) as planned_type,
        cast(null as varchar) as received_type,
        received.events,
        cast(1 as double) as share,
        received.first_day,
        received.last_day
    from received
    left join planned
        on received.event_name = planned.event_name
    left join ignored
        on received.event_name = ignored.event_name
    where
        planned.event_name is null
        and ignored.event_name is null

),

bare_days as (

    select
        received_days.date_day,
        wanted.event_name,
        wanted.parameter_name,
        wanted.planned_type,
        received_days.events_with_parameters - coalesce(carried_days.events, 0) as events
    from wanted
    inner join received_days
        on wanted.event_name = received_days.event_name
    left join carried_days
        on
            wanted.event_name = carried_days.event_name
            and wanted.parameter_name = carried_days.parameter_name
            and received_days.date_day = carried_days.date_day
    where
        wanted.is_required
        and received_days.events_with_parameters > coalesce(carried_days.events, 0)

),

missing_parameters as (

    select
        'parameter missing' as problem,
        bare_days.event_name,
        bare_days.parameter_name,
        bare_days.planned_type,
        cast(null as varchar) as received_type,
        sum(bare_days.events) as events,
        cast(sum(bare_days.events) as double) / max(received.events) as share,
        min(bare_days.date_day) as first_day,
        max(bare_days.date_day) as last_day
    from bare_days
    inner join received
        on bare_days.event_name = received.event_name
    group by bare_days.event_name, bare_days.parameter_name, bare_days.planned_type

),

wrong_types as (

    select
        'parameter type' as problem,
        typed_days.event_name,
        typed_days.parameter_name,
        wanted.planned_type,
        typed_days.parameter_type as received_type,
        sum(typed_days.events) as events,
        cast(sum(typed_days.events) as double) / max(received.events) as share,
        min(typed_days.date_day) as first_day,
        max(typed_days.date_day) as last_day
    from typed_days
    inner join wanted
        on
            typed_days.event_name = wanted.event_name
            and typed_days.parameter_name = wanted.parameter_name
    inner join received
        on typed_days.event_name = received.event_name
    left join fits
        on
            wanted.planned_type = fits.planned_type
            and typed_days.parameter_type = fits.received_type
    where fits.planned_type is null
    group by
        typed_days.event_name,
        typed_days.parameter_name,
        wanted.planned_type,
        typed_days.parameter_type

),

final as (

    select * from missing_events
    union all
    select * from unknown_events
    union all
    select * from missing_parameters
    union all
    select * from wrong_types

)

select * from final
