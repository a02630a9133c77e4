with

source as (

    select * from {{ raw('tiktok_ads', 'account') }}

),

renamed as (

    select
        id as account_id,
        name as account_name,
        upper(trim(currency)) as currency,
        time_zone,
        updated_at,
        _fivetran_synced as exported_at
    from source

),

ranked as (

    select
        *,
        row_number() over (
            partition by account_id
            order by updated_at desc nulls last, exported_at desc nulls last
        ) as version_number
    from renamed

),

final as (

    select
        account_id,
        account_name,
        currency,
        time_zone,
        updated_at,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
