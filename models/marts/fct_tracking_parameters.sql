with

-- Few sets of parameters are sent very often: they are counted before they are split.
sets as (

    select
        date_day,
        event_name,
        received_parameters,
        {{ surrogate_key(['date_day', 'event_name', 'received_parameters']) }} as set_key,
        count(*) as events
    from {{ ref('int_ga4_events__unioned') }}
    where received_parameters is not null
    group by date_day, event_name, received_parameters

),

parts as (

    {{ split_rows('sets', 'set_key', 'received_parameters', ',') }}

),

named as (

    select
        sets.date_day,
        sets.event_name,
        {{ dbt.split_part('parts.part', "':'", 1) }} as parameter_name,
        {{ dbt.split_part('parts.part', "':'", 2) }} as parameter_type,
        sets.events
    from sets
    inner join parts
        on sets.set_key = parts.set_key
    where parts.part <> ''

),

final as (

    select
        {{ surrogate_key(['date_day', 'event_name', 'parameter_name', 'parameter_type']) }}
            as tracking_parameter_key,
        date_day,
        event_name,
        parameter_name,
        parameter_type,
        cast(sum(events) as bigint) as events
    from named
    group by date_day, event_name, parameter_name, parameter_type

)

select * from final
