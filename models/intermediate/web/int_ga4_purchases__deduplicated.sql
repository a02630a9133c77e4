{{
    config(**by_key(
        'transaction_id', of='int_ga4_events__unioned',
        changed_by={
            'stg_ga4__events': 'transaction_id',
            'int_ga4_sessions__attributed':
                'select transaction_id from present where session_key in (select session_key from changed)',
        }
    ))
}}

with purchases as (

    select
        transaction_id,
        session_key,
        user_pseudo_id,
        user_id,
        event_key,
        event_at,
        date_day,
        purchase_revenue,
        currency,
        row_number() over (partition by transaction_id order by event_at, event_key) as sent_number,
        count(*) over (partition by transaction_id) as times_sent
    from {{ ref('int_ga4_events__unioned') }}
    where
        event_name = 'purchase'
        and transaction_id is not null
        and {{ is_changed() }}

),

final as (

    select
        purchases.transaction_id,
        purchases.event_key,
        purchases.session_key,
        purchases.user_pseudo_id,
        purchases.user_id,
        purchases.event_at as purchased_at,
        purchases.date_day,
        sessions.channel,
        sessions.source,
        sessions.medium,
        sessions.campaign_name,
        sessions.campaign_key,
        purchases.purchase_revenue,
        purchases.currency,
        purchases.times_sent
    from purchases
    left join {{ ref('int_ga4_sessions__attributed') }} as sessions
        on purchases.session_key = sessions.session_key
    where purchases.sent_number = 1

)

select * from final
