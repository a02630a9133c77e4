with ranked as (
    select
        *,
        {{ version_rank(['id'], newest=['updated_at']) }} as version_rank
    from {{ raw('shopify', 'customer') }} as customer
),

final as (
    select
        id as customer_id,
        {{ hash_pii('email') }} as email_hash,
        created_at,
        updated_at,
        orders_count,
        total_spent,
        accepts_marketing as is_marketing_accepted,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
