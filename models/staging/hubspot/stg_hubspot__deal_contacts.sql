with ranked as (
    select
        *,
        {{ version_rank(['deal_id', 'contact_id', 'type_id']) }} as version_rank
    from {{ raw('hubspot', 'deal_contact') }} as deal_contact
),

final as (
    select
        deal_id,
        contact_id,
        type_id as association_type_id,
        category as association_category,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
