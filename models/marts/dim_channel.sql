with final as (

    select
        channel,
        channel_fr,
        channel_order,
        is_paid,
        channel_description
    from {{ ref('ref_channels') }}

)

select * from final
