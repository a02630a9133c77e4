with

source as (

    select * from {{ raw('meta_ads', 'account_history') }}

),

renamed as (

    select
        id as account_id,
        name as account_name,
        upper(trim(currency)) as currency,
        timezone_name as time_zone,
        _fivetran_synced as exported_at
    from source

),

ranked as (

    select
        *,
        row_number() over (
            partition by account_id
            order by exported_at desc nulls last
        ) as version_number
    from renamed

),

final as (

    select
        account_id,
        account_name,
        currency,
        time_zone,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
