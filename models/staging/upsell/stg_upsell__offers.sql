with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('upsell', 'offer') }} as offer
),

final as (
    select
        id as offer_id,
        offer_name,
        shown_at,
        accepted_at,
        nullif(trim(order_name), '') as order_name,
        nullif(replace(trim(order_name), '#', ''), '') as transaction_id,
        customer_id,
        product_id,
        amount,
        upper(nullif(trim(currency), '')) as currency,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
