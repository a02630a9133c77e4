{{
    config(**by_key(
        'person_key', of='int_person__identifiers',
        changed_by={
            'fct_sessions': 'person_key',
            'fct_leads': {
                'columns': ['person_key', 'lead_key', 'lead_at', 'channel', 'campaign_key', 'is_lead'],
                'keys': 'person_key',
            },
        }
    ))
}}
-- One row per person of whom a visit or a lead is known: the earliest of them.
with touches as (
    select
        person_key,
        'session' as kind,
        session_key as touch_key,
        started_at as touched_at,
        channel,
        source,
        medium,
        campaign_key
    from {{ ref('fct_sessions') }}
    where person_key is not null and {{ is_changed() }}
    union all
    select
        person_key,
        'lead' as kind,
        lead_key as touch_key,
        lead_at as touched_at,
        channel,
        cast(null as {{ dbt.type_string() }}) as source,
        cast(null as {{ dbt.type_string() }}) as medium,
        campaign_key
    from {{ ref('fct_leads') }}
    where is_lead and person_key is not null and {{ is_changed() }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_key
            order by touched_at asc, kind desc, touch_key asc
        ) as touch_number
    from touches
),

final as (
    select
        person_key,
        kind as first_touch_kind,
        touched_at as first_touch_at,
        channel as first_touch_channel,
        source as first_touch_source,
        medium as first_touch_medium,
        campaign_key as first_touch_campaign_key
    from ranked
    where touch_number = 1
)

select * from final
