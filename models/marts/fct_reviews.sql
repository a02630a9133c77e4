with people as (
    select
        identifier_value as email_hash,
        person_key
    from {{ ref('int_person__identifiers') }}
    where identifier_type = 'email_hash'
),

final as (
    select
        {{ surrogate_key(['reviews.review_id']) }} as review_key,
        reviews.review_id,
        case
            when reviews.product_id is not null then {{ surrogate_key(['reviews.product_id']) }}
        end as product_key,
        people.person_key,
        reviews.order_name,
        reviews.rating,
        reviews.status as review_status,
        reviews.created_at,
        {{ local_date('reviews.created_at') }} as date_day
    from {{ ref('stg_reviews__reviews') }} as reviews
    left join people on reviews.email_hash = people.email_hash
)

select * from final
