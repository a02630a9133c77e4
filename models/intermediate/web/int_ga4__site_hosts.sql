with hosts as (

    select distinct page_host
    from {{ ref('int_ga4_events__unioned') }}
    where session_key is not null and page_host is not null

),

final as (

    select distinct {{ host_stem('page_host') }} as host
    from hosts

)

select * from final
