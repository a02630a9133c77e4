with

source as (

    select * from {{ raw('audiences', 'audience_size') }}

),

latest as (

    {{ latest_export('source', partition_by=['platform', 'account_id', 'date']) }}

),

renamed as (

    select
        date as date_day,
        platform,
        account_id,
        audience_id,
        audience_name,
        is_retargeting,
        size as audience_size,
        _fivetran_synced as exported_at
    from latest

),

ranked as (

    select
        *,
        row_number() over (
            partition by platform, account_id, audience_id, date_day
            order by exported_at desc nulls last
        ) as version_number
    from renamed

),

final as (

    select
        date_day,
        platform,
        account_id,
        audience_id,
        audience_name,
        is_retargeting,
        audience_size,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
