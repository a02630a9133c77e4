{{
    config(**by_key(
        'coalesce(user_pseudo_id, user_id)', of='int_ga4_events__unioned',
        changed_by={'stg_ga4__events': 'coalesce(user_pseudo_id, user_id)'}
    ))
}}

-- One row per pair of a device and an account's id that some event bears, either may lack.
with final as (
    select distinct
        user_pseudo_id,
        user_id
    from {{ ref('int_ga4_events__unioned') }}
    where coalesce(user_pseudo_id, user_id) is not null and {{ is_changed() }}
)

select * from final
