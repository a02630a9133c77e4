with ranked as (
    select
        *,
        {{ version_rank(['id']) }} as version_rank
    from {{ raw('pipedrive', 'deal') }} as deal
),

final as (
    select
        id as deal_id,
        value as amount,
        upper(nullif(trim(currency), '')) as currency,
        lower(nullif(trim(status), '')) as status,
        nullif(trim(stage), '') as stage_name,
        nullif(trim(pipeline), '') as pipeline_name,
        nullif(trim(person_id), '') as contact_id,
        {{ hash_pii('person_email') }} as email_hash,
        nullif(trim(source), '') as original_source,
        add_time as created_at,
        case
            when lower(trim(status)) = 'won' then coalesce(won_time, close_time)
            when lower(trim(status)) = 'lost' then coalesce(lost_time, close_time)
        end as closed_at,
        expected_close_date as expected_close_day,
        _fivetran_synced as exported_at
    from ranked
    where version_rank = 1
)

select * from final
