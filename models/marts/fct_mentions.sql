with final as (
    select
        {{ surrogate_key(['mention_id']) }} as mention_key,
        mention_id,
        network,
        url,
        sentiment,
        reach,
        published_at,
        {{ local_date('published_at') }} as date_day
    from {{ ref('stg_listening__mentions') }}
)

select * from final
