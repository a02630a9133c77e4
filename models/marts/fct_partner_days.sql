with partners as (
    select
        partner_type,
        date_day as joined_day,
        left_day
    from {{ ref('fct_partners') }}
),

known_days as (
    select joined_day as known_day
    from partners
    union all
    select left_day as known_day
    from partners
    -- An export holds the whole of the day before it.
    union all
    select cast({{ dbt.dateadd('day', -1, local_date('exported_at')) }} as date) as known_day
    from {{ ref('stg_partners__partners') }}
),

last_days as (
    select max(known_day) as last_day
    from known_days
),

types as (
    select
        partner_type,
        min(joined_day) as first_day
    from partners
    group by partner_type
),

type_days as (
    select
        types.partner_type,
        days.date_day
    from types
    cross join last_days
    inner join {{ ref('dim_date') }} as days
        on
            types.first_day <= days.date_day
            and last_days.last_day >= days.date_day
),

final as (
    select
        {{ surrogate_key(['type_days.partner_type', 'type_days.date_day']) }} as partner_day_key,
        type_days.partner_type,
        type_days.date_day,
        count(partners.joined_day) as active_partners
    from type_days
    left join partners
        on
            type_days.partner_type = partners.partner_type
            and type_days.date_day >= partners.joined_day
            and (partners.left_day is null or type_days.date_day < partners.left_day)
    group by type_days.partner_type, type_days.date_day
)

select * from final
