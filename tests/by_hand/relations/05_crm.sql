-- One person, one lead: the address tells people apart, in both CRMs.
create table crm_records as
    with contact as (
        select * from hubspot.contact
        qualify row_number() over (partition by id order by _fivetran_synced desc) = 1
    ),
    merged as (
        select unnest(string_split(cast(property_hs_merged_object_ids as varchar), ';')) as id from contact
    )
    select coalesce(lower(trim(property_email)), 'hubspot ' || id) as person,
        property_hs_lifecyclestage_lead_date as lead_at,
        property_hs_lifecyclestage_marketingqualifiedlead_date as mql_at,
        property_hs_lifecyclestage_salesqualifiedlead_date as sql_at,
        property_createdate as created_at,
        property_hs_analytics_source as origin
    from contact
    where not _fivetran_deleted and cast(id as varchar) not in (select id from merged where id is not null)
    union all
    select coalesce(lower(trim(email)), 'salesforce ' || id), created_date, mql_date_c, sql_date_c,
        created_date, lead_source
    from salesforce.lead
    where not is_deleted
    qualify row_number() over (partition by id order by _fivetran_synced desc) = 1;

create table lead_people as
    select person, min(lead_at) as lead_at, min(mql_at) as mql_at, min(sql_at) as sql_at
    from crm_records
    group by person;

create table won_deals as
    with deal as (
        select * from hubspot.deal
        qualify row_number() over (partition by deal_id order by _fivetran_synced desc) = 1
    ),
    contact as (
        select id, any_value(lower(trim(property_email))) as address from hubspot.contact group by id
    )
    select coalesce(contact.address, 'deal ' || deal.deal_id) as person, property_closedate as happened
    from deal
    join hubspot.deal_pipeline_stage as stage on stage.stage_id = deal.deal_pipeline_stage_id
    left join (select distinct deal_id, contact_id from hubspot.deal_contact) as link
        on link.deal_id = deal.deal_id
    left join contact on contact.id = link.contact_id
    where stage.closed_won and not deal.is_deleted
        and deal.deal_id not in (select merged_deal_id from hubspot.merged_deal)
    union all
    select coalesce(lower(trim(lead.email)), 'opportunity ' || opportunity.id), close_date
    from salesforce.opportunity
    left join salesforce.lead on lead.converted_opportunity_id = opportunity.id and not lead.is_deleted
    where is_won and not opportunity.is_deleted
    qualify row_number() over (partition by opportunity.id order by opportunity._fivetran_synced desc) = 1;

-- What makes a customer: an order that counts, or a won deal.
create table purchases as
    select buyer as person, happened, day, true as is_order from orders
    union all
    select person, happened, paris_day(happened), false from won_deals;

-- From a purchase until 180 days have passed since the last one; a purchase on the very last day goes on.
create table customer_spells as
    with gaps as (
        select person, day, lag(day) over (partition by person order by happened) as previous from purchases
    ),
    numbered as (
        select person, day,
            sum(case when previous is null or day > previous + 180 then 1 else 0 end)
                over (partition by person order by day) as spell
        from gaps
    )
    select person, spell, min(day) as started, max(day) + 180 as lost
    from numbered
    group by person, spell;

create table first_purchases as
    select person, min(happened) as happened, min(day) as day from purchases group by person;
