-- Every person of a CRM has an origin, lead or not: that of the earliest record, even if it names no source.
with records as (
    select
        'hubspot_contact_id' as identifier_type,
        contacts.contact_id as identifier_value,
        'hubspot' as crm,
        contacts.original_source,
        contacts.created_at
    from {{ ref('stg_hubspot__contacts') }} as contacts
    left join {{ ref('int_crm__contacts_merged_away') }} as merged_away
        on contacts.contact_id = merged_away.contact_id
    where
        not contacts.is_deleted
        and merged_away.contact_id is null
    union all
    select
        'salesforce_lead_id' as identifier_type,
        lead_id as identifier_value,
        'salesforce' as crm,
        lead_source as original_source,
        created_at
    from {{ ref('stg_salesforce__leads') }}
    where not is_deleted
    union all
    select
        'pipedrive_person_id' as identifier_type,
        contact_id as identifier_value,
        'pipedrive' as crm,
        original_source,
        created_at
    from {{ ref('stg_pipedrive__people') }}
),

ranked as (
    select
        people.person_key,
        records.crm,
        records.original_source,
        records.created_at,
        row_number() over (
            partition by people.person_key
            order by records.created_at asc nulls last, records.crm asc, records.identifier_value asc
        ) as record_rank
    from records
    inner join {{ ref('int_person__identifiers') }} as people
        on
            records.identifier_type = people.identifier_type
            and records.identifier_value = people.identifier_value
),

final as (
    select
        ranked.person_key,
        ranked.crm,
        ranked.original_source,
        channels.channel,
        ranked.created_at
    from ranked
    left join {{ ref('ref_crm_source_channels') }} as channels
        on
            ranked.crm = channels.crm
            and lower(ranked.original_source) = lower(channels.original_source)
    where ranked.record_rank = 1
)

select * from final
