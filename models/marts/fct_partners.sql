with final as (
    select
        {{ surrogate_key(['partner_id']) }} as partner_key,
        partner_id,
        partner_type,
        status,
        joined_at,
        {{ local_date('joined_at') }} as date_day,
        left_at,
        {{ local_date('left_at') }} as left_day,
        left_at is null as is_active
    from {{ ref('stg_partners__partners') }}
)

select * from final
