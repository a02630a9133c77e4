-- Opt-ins less opt-outs, added up day by day, end at the subscribers who are active now. A row is a list that
-- differs.
with last_days as (
    select
        email_list_key,
        max(date_day) as date_day
    from {{ ref('fct_list_snapshots') }}
    group by email_list_key
),

sizes as (
    select
        snapshots.email_list_key,
        snapshots.active_subscribers
    from {{ ref('fct_list_snapshots') }} as snapshots
    inner join last_days
        on
            snapshots.email_list_key = last_days.email_list_key
            and snapshots.date_day = last_days.date_day
),

active as (
    select
        email_list_key,
        sum(case when is_active then 1 else 0 end) as active_subscribers
    from {{ ref('fct_subscribers') }}
    group by email_list_key
),

final as (
    select
        active.email_list_key,
        active.active_subscribers as active_now,
        sizes.active_subscribers as size_at_end
    from active
    left join sizes on active.email_list_key = sizes.email_list_key
    where
        sizes.email_list_key is null
        or sizes.active_subscribers <> active.active_subscribers
)

select * from final
