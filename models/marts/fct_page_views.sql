{{
    config(**by_key(
        'page_view_key', of='int_ga4_events__unioned', of_key='event_key',
        changed_by={
            'stg_ga4__events': 'event_key',
            'int_ga4_sessions__attributed':
                'select page_view_key from present where session_key in (select session_key from changed)',
            'int_person__identifiers':
                "select page_view_key from present where user_pseudo_id in "
                ~ "(select identifier_value from changed where identifier_type = 'ga4_user_pseudo_id')",
            'dim_page': {
                'columns': ['page_key', 'is_content_page'],
                'keys': 'select page_view_key from present where page_key in (select page_key from changed)',
            },
        }
    ))
}}

with views as (

    select * from {{ ref('int_ga4_events__unioned') }}
    where event_name = 'page_view' and {{ is_changed('event_key') }}

),

final as (

    select
        views.event_key as page_view_key,
        views.session_key,
        views.user_pseudo_id,
        people.person_key,
        views.event_at as viewed_at,
        views.date_day,
        views.page_key,
        coalesce(pages.is_content_page, false) as is_content_page,
        sessions.channel,
        sessions.source,
        sessions.medium,
        sessions.campaign_key,
        views.device_category,
        views.country
    from views
    left join {{ ref('dim_page') }} as pages
        on views.page_key = pages.page_key
    left join {{ ref('int_ga4_sessions__attributed') }} as sessions
        on views.session_key = sessions.session_key
    left join {{ ref('int_person__identifiers') }} as people
        on
            people.identifier_type = 'ga4_user_pseudo_id'
            and views.user_pseudo_id = people.identifier_value

)

select * from final
