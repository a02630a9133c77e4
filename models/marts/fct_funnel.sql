{{
    config(**by_key(
        'coalesce(person_key, funnel_key)', of='int_funnel__steps',
        changed_by={'int_funnel__steps': 'coalesce(person_key, funnel_key)'}
    ))
}}
with final as (
    select
        funnel_key,
        person_key,
        stage,
        stage_order,
        step,
        case
            when person_key is not null
                then row_number() over (
                    partition by person_key, stage
                    order by occurred_at asc nulls last, funnel_key asc
                )
        end as stage_occurrence,
        occurred_at,
        date_day,
        channel,
        source,
        medium,
        campaign_key,
        value,
        currency,
        source_system,
        source_id
    from {{ ref('int_funnel__steps') }}
    where {{ is_changed() }}
)

select * from final
