with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('salesforce', 'lead') }} as lead
),

final as (
    select
        id as lead_id,
        {{ hash_pii('email') }} as email_hash,
        nullif(trim(ga_client_id_c), '') as ga_client_id,
        nullif(trim(gclid_c), '') as google_click_id,
        status,
        nullif(trim(lead_source), '') as lead_source,
        nullif(trim(campaign_c), '') as campaign_name,
        created_date as created_at,
        mql_date_c as mql_at,
        sql_date_c as sql_at,
        coalesce(is_converted, false) as is_converted,
        converted_date as converted_at,
        converted_contact_id,
        converted_opportunity_id,
        coalesce(is_deleted, false) as is_deleted,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
