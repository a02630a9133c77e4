with

sizes as (

    select * from {{ ref('stg_audiences__audience_sizes') }}

),

final as (

    select
        {{ surrogate_key(['platform', 'account_id', 'audience_id', 'date_day']) }} as audience_day_key,
        {{ surrogate_key(['platform', 'account_id', 'audience_id']) }} as audience_key,
        date_day,
        platform,
        account_id,
        audience_id,
        audience_name,
        coalesce(is_retargeting, false) as is_retargeting,
        audience_size
    from sizes

)

select * from final
