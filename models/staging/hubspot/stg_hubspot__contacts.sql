with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('hubspot', 'contact') }} as contact
),

final as (
    select
        id as contact_id,
        {{ hash_pii('property_email') }} as email_hash,
        nullif(trim(property_ga_client_id), '') as ga_client_id,
        nullif(trim(property_hs_google_click_id), '') as google_click_id,
        property_lifecyclestage as lifecycle_stage,
        property_createdate as created_at,
        property_first_conversion_date as first_conversion_at,
        case
            when
                coalesce(
                    property_hs_lifecyclestage_lead_date,
                    property_hs_lifecyclestage_marketingqualifiedlead_date,
                    property_hs_lifecyclestage_salesqualifiedlead_date,
                    property_hs_lifecyclestage_opportunity_date,
                    property_hs_lifecyclestage_customer_date
                ) is null
                then property_first_conversion_date
            else property_hs_lifecyclestage_lead_date
        end as lead_at,
        property_hs_lifecyclestage_marketingqualifiedlead_date as mql_at,
        property_hs_lifecyclestage_salesqualifiedlead_date as sql_at,
        property_hs_lifecyclestage_opportunity_date as opportunity_at,
        property_hs_lifecyclestage_customer_date as customer_at,
        nullif(trim(property_hs_analytics_source), '') as original_source,
        nullif(trim(property_hs_analytics_source_data_1), '') as original_source_detail,
        nullif(trim(property_hs_analytics_source_data_2), '') as original_source_detail_2,
        nullif(trim(property_hs_merged_object_ids), '') as merged_contact_ids,
        coalesce(_fivetran_deleted, false) as is_deleted,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
