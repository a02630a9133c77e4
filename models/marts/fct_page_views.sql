with views as (

    select * from {{ ref('int_ga4_events__unioned') }}
    where event_name = 'page_view'

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
