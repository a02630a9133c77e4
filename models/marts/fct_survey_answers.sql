with answers as (
    select
        *,
        cast(score - scale_min as {{ double_type() }}) / nullif(scale_max - scale_min, 0) as score_scaled
    from {{ ref('stg_surveys__responses') }}
    where score is not null
),

people as (
    select
        identifier_value as email_hash,
        person_key
    from {{ ref('int_person__identifiers') }}
    where identifier_type = 'email_hash'
),

final as (
    select
        {{ surrogate_key(['answers.response_id']) }} as survey_answer_key,
        answers.response_id,
        answers.survey_id,
        answers.survey_type,
        people.person_key,
        answers.order_name,
        answers.submitted_at,
        {{ local_date('answers.submitted_at') }} as date_day,
        answers.scale_min,
        answers.scale_max,
        answers.score,
        answers.score_scaled,
        case
            when answers.survey_type <> 'csat' then null
            when answers.scale_max = 5 then answers.score >= 4
            when answers.scale_max = 10 then answers.score >= 7
        end as is_satisfied,
        case
            when answers.survey_type <> 'nps' or answers.scale_max <> 10 then null
            when answers.score >= 9 then 'promoter'
            when answers.score >= 7 then 'passive'
            else 'detractor'
        end as nps_group
    from answers
    left join people on answers.email_hash = people.email_hash
)

select * from final
