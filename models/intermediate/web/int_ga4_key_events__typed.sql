{{
    config(**by_key(
        'event_key', of='int_ga4_events__unioned',
        changed_by={'stg_ga4__events': 'event_key', 'int_ga4_purchases__deduplicated': 'event_key'}
    ))
}}
{#- One event may be a form and a lead: it is typed by the first that fits, so that it counts once. -#}
with events as (

    select * from {{ ref('int_ga4_events__unioned') }}
    where {{ is_changed() }}

),

typed as (

    select
        events.event_key,
        events.event_name,
        events.event_at,
        events.date_day,
        events.session_key,
        events.user_pseudo_id,
        events.page_key,
        events.form_id,
        events.form_name,
        events.lead_source,
        events.lead_value,
        case
            when events.event_name = 'purchase' then 'purchase'
            when events.event_name in {{ sql_list(var('lead_events')) }} then 'lead'
            when events.event_name in {{ sql_list(var('content_goal_events')) }} then 'content_goal'
            when events.event_name in {{ sql_list(var('form_events')) }} then 'form_submit'
        end as key_event_type
    from events
    left join {{ ref('int_ga4_purchases__deduplicated') }} as purchases
        on events.event_key = purchases.event_key
    where
        events.event_name <> 'purchase'
        or events.transaction_id is null
        or purchases.event_key is not null

),

final as (

    select * from typed
    where key_event_type is not null

)

select * from final
