with hubspot as (
    select
        'hubspot' as crm,
        contacts.contact_id as record_id,
        contacts.email_hash,
        contacts.lead_at,
        contacts.mql_at,
        contacts.sql_at,
        contacts.original_source,
        case
            when
                contacts.original_source in (
                    'PAID_SEARCH', 'PAID_SOCIAL', 'EMAIL_MARKETING', 'OTHER_CAMPAIGNS'
                )
                then contacts.original_source_detail
        end as campaign_name
    from {{ ref('stg_hubspot__contacts') }} as contacts
    left join {{ ref('int_crm__contacts_merged_away') }} as merged_away
        on contacts.contact_id = merged_away.contact_id
    where
        not contacts.is_deleted
        and merged_away.contact_id is null
),

salesforce as (
    select
        'salesforce' as crm,
        lead_id as record_id,
        email_hash,
        created_at as lead_at,
        mql_at,
        sql_at,
        lead_source as original_source,
        campaign_name
    from {{ ref('stg_salesforce__leads') }}
    where not is_deleted
),

-- Pipedrive has no lifecycle: a person is a lead from the moment it is there.
pipedrive as (
    select
        'pipedrive' as crm,
        contact_id as record_id,
        email_hash,
        created_at as lead_at,
        cast(null as timestamp) as mql_at,
        cast(null as timestamp) as sql_at,
        original_source,
        cast(null as {{ dbt.type_string() }}) as campaign_name
    from {{ ref('stg_pipedrive__people') }}
),

records as (
    select * from hubspot
    union all
    select * from salesforce
    union all
    select * from pipedrive
),

final as (
    select
        records.crm,
        records.record_id,
        records.email_hash,
        {{ surrogate_key([
            "case when records.email_hash is null then records.crm else 'email' end",
            "coalesce(records.email_hash, records.record_id)",
        ]) }} as lead_key,
        records.lead_at,
        records.mql_at,
        records.sql_at,
        records.original_source,
        channels.channel,
        records.campaign_name
    from records
    left join {{ ref('ref_crm_source_channels') }} as channels
        on
            records.crm = channels.crm
            and lower(records.original_source) = lower(channels.original_source)
    where
        records.lead_at is not null
        or records.mql_at is not null
        or records.sql_at is not null
)

select * from final
