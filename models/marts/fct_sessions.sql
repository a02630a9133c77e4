{{
    config(**by_key(
        'session_key', of='int_ga4_sessions__attributed',
        changed_by={
            'int_ga4_sessions__attributed': 'session_key',
            'int_ga4_purchases__deduplicated': 'session_key',
            'int_person__identifiers':
                "select session_key from present where user_pseudo_id in "
                ~ "(select identifier_value from changed where identifier_type = 'ga4_user_pseudo_id')",
            'dim_page': {
                'columns': ['page_key', 'is_landing_page'],
                'keys': 'select session_key from present where landing_page in (select page_key from changed)',
            },
        }
    ))
}}

with sessions as (

    select * from {{ ref('int_ga4_sessions__attributed') }}
    where {{ is_changed() }}

),

purchases as (

    select
        session_key,
        count(*) as transactions
    from {{ ref('int_ga4_purchases__deduplicated') }}
    where session_key is not null and {{ is_changed() }}
    group by session_key

),

final as (

    select
        sessions.session_key,
        sessions.user_pseudo_id,
        people.person_key,
        sessions.started_at,
        sessions.ended_at,
        sessions.date_day,
        sessions.channel,
        sessions.source,
        sessions.medium,
        sessions.source_platform,
        sessions.source_evidence,
        sessions.campaign_name,
        sessions.campaign_key,
        sessions.landing_page_key as landing_page,
        sessions.device_category,
        sessions.country,
        sessions.is_new,
        sessions.is_engaged,
        sessions.engagement_seconds,
        sessions.page_views,
        sessions.events,
        coalesce(pages.is_landing_page, false) as entered_on_landing_page,
        sessions.has_form_submit,
        sessions.has_lead,
        sessions.has_add_to_cart,
        coalesce(purchases.transactions, 0) + sessions.unusable_transactions > 0 as has_purchase,
        coalesce(purchases.transactions, 0) as transactions,
        sessions.unusable_transactions,
        sessions.page_views = 1 as is_single_page
    from sessions
    left join purchases
        on sessions.session_key = purchases.session_key
    left join {{ ref('dim_page') }} as pages
        on sessions.landing_page_key = pages.page_key
    left join {{ ref('int_person__identifiers') }} as people
        on
            people.identifier_type = 'ga4_user_pseudo_id'
            and sessions.user_pseudo_id = people.identifier_value

)

select * from final
