-- One person per deal: the associated contact who has been known for longest. A contact that was merged into
-- another one stands for the survivor.
with hubspot_links as (
    select
        links.deal_id,
        coalesce(merged_away.surviving_contact_id, links.contact_id) as contact_id
    from {{ ref('stg_hubspot__deal_contacts') }} as links
    left join {{ ref('int_crm__contacts_merged_away') }} as merged_away
        on links.contact_id = merged_away.contact_id
),

hubspot_ranked as (
    select
        hubspot_links.deal_id,
        hubspot_links.contact_id,
        row_number() over (
            partition by hubspot_links.deal_id
            order by contacts.created_at asc nulls last, hubspot_links.contact_id asc
        ) as contact_rank
    from hubspot_links
    left join {{ ref('stg_hubspot__contacts') }} as contacts
        on hubspot_links.contact_id = contacts.contact_id
    where not coalesce(contacts.is_deleted, false)
),

salesforce_links as (
    select
        opportunities.opportunity_id,
        leads.lead_id,
        leads.created_at,
        1 as link_order
    from {{ ref('stg_salesforce__opportunities') }} as opportunities
    inner join {{ ref('stg_salesforce__leads') }} as leads
        on opportunities.opportunity_id = leads.converted_opportunity_id
    where not leads.is_deleted
    union all
    select
        opportunities.opportunity_id,
        leads.lead_id,
        leads.created_at,
        2 as link_order
    from {{ ref('stg_salesforce__opportunities') }} as opportunities
    inner join {{ ref('stg_salesforce__leads') }} as leads
        on opportunities.contact_id = leads.converted_contact_id
    where not leads.is_deleted
),

salesforce_ranked as (
    select
        opportunity_id,
        lead_id,
        row_number() over (
            partition by opportunity_id
            order by link_order asc, created_at asc nulls last, lead_id asc
        ) as lead_rank
    from salesforce_links
),

final as (
    select
        'hubspot' as crm,
        deal_id,
        'hubspot_contact_id' as identifier_type,
        contact_id as identifier_value
    from hubspot_ranked
    where contact_rank = 1
    union all
    select
        'salesforce' as crm,
        opportunity_id as deal_id,
        'salesforce_lead_id' as identifier_type,
        lead_id as identifier_value
    from salesforce_ranked
    where lead_rank = 1
    union all
    select
        'pipedrive' as crm,
        deal_id,
        case when contact_id is not null then 'pipedrive_person_id' else 'email_hash' end as identifier_type,
        coalesce(contact_id, email_hash) as identifier_value
    from {{ ref('stg_pipedrive__deals') }}
    where contact_id is not null or email_hash is not null
)

select * from final
