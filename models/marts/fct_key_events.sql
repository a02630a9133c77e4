{{
    config(**by_key(
        'key_event_key', of='int_ga4_key_events__typed', of_key='event_key',
        changed_by={
            'int_ga4_key_events__typed': 'event_key',
            'int_ga4_sessions__attributed':
                'select key_event_key from present where session_key in (select session_key from changed)',
            'int_person__identifiers':
                "select key_event_key from present where user_pseudo_id in "
                ~ "(select identifier_value from changed where identifier_type = 'ga4_user_pseudo_id')",
        }
    ))
}}
with final as (

    select
        key_events.event_key as key_event_key,
        key_events.key_event_type,
        key_events.event_name,
        key_events.event_at as occurred_at,
        key_events.date_day,
        key_events.session_key,
        key_events.user_pseudo_id,
        people.person_key,
        key_events.page_key,
        sessions.channel,
        sessions.source,
        sessions.medium,
        sessions.campaign_key,
        key_events.form_id,
        key_events.form_name,
        key_events.lead_source,
        key_events.lead_value
    from {{ ref('int_ga4_key_events__typed') }} as key_events
    left join {{ ref('int_ga4_sessions__attributed') }} as sessions
        on key_events.session_key = sessions.session_key
    left join {{ ref('int_person__identifiers') }} as people
        on
            people.identifier_type = 'ga4_user_pseudo_id'
            and key_events.user_pseudo_id = people.identifier_value
    where {{ is_changed('key_events.event_key') }}

)

select * from final
