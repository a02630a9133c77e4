with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('listening', 'mention') }} as mention_rows
),

final as (
    select
        id as mention_id,
        published_at,
        lower(nullif(trim(network), '')) as network,
        nullif(trim(url), '') as url,
        lower(nullif(trim(sentiment), '')) as sentiment,
        reach,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
