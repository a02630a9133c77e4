with subscribers as (
    select
        platform,
        list_id,
        list_name,
        email_list_key,
        date_day as opted_in_day,
        -- An opt-out before the opt-in cannot be: the subscriber is taken to leave on the day of joining.
        case when opted_out_day < date_day then date_day else opted_out_day end as opted_out_day
    from {{ ref('fct_subscribers') }}
),

activity_days as (
    select
        platform,
        max(opted_in_day) as last_day
    from subscribers
    group by platform
    union all
    select
        platform,
        max(opted_out_day) as last_day
    from subscribers
    group by platform
    union all
    select
        platform,
        max(date_day) as last_day
    from {{ ref('fct_email_campaigns') }}
    group by platform
    union all
    select
        platform,
        max({{ local_date('last_changed_at') }}) as last_day
    from {{ ref('int_subscribers__unioned') }}
    group by platform
    -- An export holds the whole of the day before it.
    union all
    select
        platform,
        max(cast({{ dbt.dateadd('day', -1, local_date('exported_at')) }} as date)) as last_day
    from {{ ref('int_subscribers__unioned') }}
    group by platform
),

last_days as (
    select
        platform,
        max(last_day) as last_day
    from activity_days
    group by platform
),

lists as (
    select
        platform,
        list_id,
        email_list_key,
        max(list_name) as list_name,
        min(coalesce(opted_in_day, opted_out_day)) as first_day
    from subscribers
    group by platform, list_id, email_list_key
),

days as (
    select date_day
    from {{ ref('dim_date') }}
),

list_days as (
    select
        lists.*,
        days.date_day
    from lists
    inner join last_days on lists.platform = last_days.platform
    inner join days
        on
            lists.first_day <= days.date_day
            and last_days.last_day >= days.date_day
),

first_list_days as (
    select
        email_list_key,
        min(date_day) as first_day
    from list_days
    group by email_list_key
),

-- Who joined on an unknown day, or before the calendar begins, is counted from the list's first day on.
movements as (
    select
        subscribers.email_list_key,
        case
            when subscribers.opted_in_day > first_list_days.first_day then subscribers.opted_in_day
            else first_list_days.first_day
        end as date_day,
        1 as opt_ins,
        0 as opt_outs
    from subscribers
    inner join first_list_days on subscribers.email_list_key = first_list_days.email_list_key
    union all
    select
        subscribers.email_list_key,
        case
            when subscribers.opted_out_day > first_list_days.first_day then subscribers.opted_out_day
            else first_list_days.first_day
        end as date_day,
        0 as opt_ins,
        1 as opt_outs
    from subscribers
    inner join first_list_days on subscribers.email_list_key = first_list_days.email_list_key
    where subscribers.opted_out_day is not null
),

daily_movements as (
    select
        email_list_key,
        date_day,
        sum(opt_ins) as opt_ins,
        sum(opt_outs) as opt_outs
    from movements
    group by email_list_key, date_day
),

final as (
    select
        {{ surrogate_key(['list_days.email_list_key', 'list_days.date_day']) }} as list_snapshot_key,
        list_days.email_list_key,
        list_days.platform,
        list_days.list_id,
        list_days.list_name,
        list_days.date_day,
        cast(coalesce(daily_movements.opt_ins, 0) as bigint) as opt_ins,
        cast(coalesce(daily_movements.opt_outs, 0) as bigint) as opt_outs,
        cast(sum(coalesce(daily_movements.opt_ins, 0) - coalesce(daily_movements.opt_outs, 0)) over (
            partition by list_days.email_list_key
            order by list_days.date_day
            rows between unbounded preceding and current row
        ) as bigint) as active_subscribers
    from list_days
    left join daily_movements
        on
            list_days.email_list_key = daily_movements.email_list_key
            and list_days.date_day = daily_movements.date_day
)

select * from final
