with final as (
    select
        partners.partner_key,
        people.person_key,
        partners.partner_type,
        partners.joined_at,
        partners.date_day
    from {{ ref('fct_partners') }} as partners
    left join {{ ref('stg_partners__partners') }} as records
        on partners.partner_id = records.partner_id
    left join {{ ref('int_person__identifiers') }} as people
        on people.identifier_type = 'email_hash' and records.email_hash = people.identifier_value
    where partners.joined_at is not null
)

select * from final
