with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('surveys', 'response') }} as response_rows
),

final as (
    select
        id as response_id,
        survey_id,
        lower(nullif(trim(survey_type), '')) as survey_type,
        scale_min,
        scale_max,
        score,
        {{ hash_pii('email') }} as email_hash,
        nullif(trim(order_name), '') as order_name,
        submitted_at,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
