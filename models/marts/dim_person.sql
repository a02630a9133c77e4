{{
    config(**by_key(
        'person_key', of='int_person__identifiers',
        changed_by={
            'int_person__identifiers': 'person_key',
            'int_person__first_touches': 'person_key',
            'stg_ga4__events':
                'select person_key from {int_person__identifiers} '
                ~ "where identifier_type = 'ga4_user_pseudo_id' "
                ~ 'and identifier_value in (select user_pseudo_id from changed)',
            'fct_subscribers': {'columns': ['subscriber_key', 'person_key', 'is_active'], 'keys': 'person_key'},
            'fct_leads': {'columns': ['lead_key', 'person_key', 'is_lead', 'lead_at'], 'keys': 'person_key'},
            'fct_customers': {'columns': ['person_key', 'first_purchase_at'], 'keys': 'person_key'},
        }
    ))
}}
{%- set plural = {'email_hash': 'email_hashes'} -%}
with identifiers as (
    select
        person_key,
        count(*) as identifiers,
        {%- for kind in identifier_types() %}
        sum(case when identifier_type = '{{ kind }}' then 1 else 0 end) as {{ plural.get(kind, kind ~ 's') }},
        {%- endfor %}
        max(case when rule like 'not joined:%' then 1 else 0 end) = 1 as is_shared
    from {{ ref('int_person__identifiers') }}
    where {{ is_changed() }}
    group by person_key
),

-- A visit that refuses analytics bears no identifier: who is measured here agreed, unless the device says no.
consents as (
    select
        people.person_key,
        max(case lower(events.analytics_consent) when 'yes' then 1 when 'no' then 0 end) = 1
            as has_analytics_consent
    from {{ ref('stg_ga4__events') }} as events
    inner join {{ ref('int_person__identifiers') }} as people
        on people.identifier_type = 'ga4_user_pseudo_id' and events.user_pseudo_id = people.identifier_value
    where {{ is_changed('people.person_key') }}
    group by people.person_key
),

subscribers as (
    select
        person_key,
        max(case when is_active then 1 else 0 end) = 1 as is_subscribed
    from {{ ref('fct_subscribers') }}
    where person_key is not null and {{ is_changed() }}
    group by person_key
),

leads as (
    select
        person_key,
        min(lead_at) as first_lead_at
    from {{ ref('fct_leads') }}
    where is_lead and person_key is not null and {{ is_changed() }}
    group by person_key
),

final as (
    select
        identifiers.person_key,
        touches.first_touch_at,
        touches.first_touch_kind,
        touches.first_touch_channel,
        touches.first_touch_source,
        touches.first_touch_medium,
        touches.first_touch_campaign_key,
        consents.has_analytics_consent,
        subscribers.is_subscribed,
        leads.person_key is not null as is_lead,
        leads.first_lead_at,
        customers.person_key is not null as is_customer,
        customers.first_purchase_at,
        identifiers.is_shared,
        {%- for kind in identifier_types() %}
        identifiers.{{ plural.get(kind, kind ~ 's') }},
        {%- endfor %}
        identifiers.identifiers
    from identifiers
    left join {{ ref('int_person__first_touches') }} as touches
        on identifiers.person_key = touches.person_key
    left join consents
        on identifiers.person_key = consents.person_key
    left join subscribers
        on identifiers.person_key = subscribers.person_key
    left join leads
        on identifiers.person_key = leads.person_key
    left join {{ ref('fct_customers') }} as customers
        on identifiers.person_key = customers.person_key
)

select * from final
