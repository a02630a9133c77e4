with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('reviews', 'review') }} as review_rows
),

final as (
    select
        id as review_id,
        created_at,
        product_id,
        nullif(trim(order_name), '') as order_name,
        {{ hash_pii('email') }} as email_hash,
        rating,
        lower(nullif(trim(status), '')) as status,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
