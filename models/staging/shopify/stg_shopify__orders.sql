with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('shopify', 'order') }} as order_rows
),

final as (
    select
        id as order_id,
        nullif(trim(name), '') as order_name,
        nullif(replace(trim(name), '#', ''), '') as transaction_id,
        customer_id,
        {{ hash_pii('email') }} as email_hash,
        coalesce(processed_at, created_at) as ordered_at,
        created_at,
        cancelled_at,
        upper(nullif(trim(currency), '')) as currency,
        subtotal_price,
        total_discounts,
        total_tax,
        total_price,
        coalesce(taxes_included, false) as is_tax_included,
        coalesce(test, false) as is_test,
        financial_status,
        source_name as sales_channel,
        landing_site_base_url as landing_page_url,
        referring_site as referrer_url,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
