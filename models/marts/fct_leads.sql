with leads as (
    select
        *,
        case crm
            when 'hubspot' then 'hubspot_contact_id'
            when 'pipedrive' then 'pipedrive_person_id'
            else 'salesforce_lead_id'
        end as identifier_type
    from {{ ref('int_crm__leads_deduplicated') }}
),

final as (
    select
        leads.lead_key,
        coalesce(by_record.person_key, by_email.person_key) as person_key,
        leads.crm as source_system,
        leads.record_id,
        leads.record_count,
        {{ local_date('leads.lead_at') }} as date_day,
        leads.lead_at,
        {{ local_date('leads.lead_at') }} as lead_day,
        leads.mql_at,
        {{ local_date('leads.mql_at') }} as mql_day,
        leads.sql_at,
        {{ local_date('leads.sql_at') }} as sql_day,
        leads.lead_at is not null as is_lead,
        leads.mql_at is not null as is_mql,
        leads.sql_at is not null as is_sql,
        leads.channel,
        leads.original_source,
        leads.campaign_name,
        campaigns.campaign_key
    from leads
    left join {{ ref('int_person__identifiers') }} as by_record
        on
            leads.identifier_type = by_record.identifier_type
            and leads.record_id = by_record.identifier_value
    left join {{ ref('int_person__identifiers') }} as by_email
        on
            by_email.identifier_type = 'email_hash'
            and leads.email_hash = by_email.identifier_value
    -- Mails and posts bear the names of campaigns too: a name makes a lead an ad's only where paid for.
    left join {{ ref('int_crm__campaign_names') }} as campaigns
        on
            lower(trim(leads.campaign_name)) = campaigns.campaign_name
            and leads.channel in {{ sql_list(paid_channels()) }}
)

select * from final
