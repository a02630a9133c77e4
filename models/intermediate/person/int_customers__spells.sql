-- One row per spell as a customer: from a purchase to the day on which the inactivity window since the last
-- purchase ends. A purchase on that very day is still inside the window.
with starts as (
    select
        purchases.*,
        case
            when
                purchases.previous_purchase_day is null
                or purchases.date_day
                > {{ dbt.dateadd('day', var('inactivity_days'), 'purchases.previous_purchase_day') }}
                then 1
            else 0
        end as starts_spell
    from {{ ref('int_customers__purchases') }} as purchases
),

numbered as (
    select
        person_key,
        date_day,
        sum(starts_spell) over (
            partition by person_key
            order by purchase_number
            rows between unbounded preceding and current row
        ) as spell_number
    from starts
),

spells as (
    select
        person_key,
        spell_number,
        min(date_day) as started_day,
        max(date_day) as last_purchase_day,
        cast({{ dbt.dateadd('day', var('inactivity_days'), 'max(date_day)') }} as date) as window_end_day
    from numbered
    group by person_key, spell_number
),

final as (
    select
        {{ surrogate_key(['spells.person_key', 'spells.spell_number']) }} as spell_key,
        spells.person_key,
        spells.spell_number,
        spells.started_day,
        spells.last_purchase_day,
        case when spells.window_end_day <= last_days.last_day then spells.window_end_day end as lost_day
    from spells
    cross join {{ ref('int_customers__last_day') }} as last_days
)

select * from final
