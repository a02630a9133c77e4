with

source as (

    select * from {{ raw('meta_ads', 'basic_ad') }}

),

latest as (

    {{ latest_export('source', partition_by=['account_id', 'date']) }}

),

renamed as (

    select
        date as date_day,
        account_id,
        ad_id,
        impressions,
        inline_link_clicks as link_clicks,
        clicks as all_clicks,
        {{ money('spend') }} as cost,
        reach,
        _fivetran_synced as exported_at
    from latest

),

ranked as (

    select
        *,
        row_number() over (
            partition by account_id, date_day, ad_id
            order by exported_at desc nulls last
        ) as version_number
    from renamed

),

final as (

    select
        date_day,
        account_id,
        ad_id,
        impressions,
        link_clicks,
        all_clicks,
        cost,
        reach,
        exported_at
    from ranked
    where version_number = 1

)

select * from final
