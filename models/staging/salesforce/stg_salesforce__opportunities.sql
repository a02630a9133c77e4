with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('salesforce', 'opportunity') }} as opportunity
),

final as (
    select
        id as opportunity_id,
        account_id,
        contact_id,
        amount,
        upper(nullif(trim(currency_iso_code), '')) as currency,
        stage_name,
        nullif(trim(lead_source), '') as lead_source,
        type as opportunity_type,
        created_date as created_at,
        close_date as closed_at,
        coalesce(is_closed, false) as is_closed,
        coalesce(is_won, false) as is_won,
        coalesce(is_deleted, false) as is_deleted,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
