with

targets as (
    select * from {{ ref('ref_targets') }}
),

-- Counts are whole numbers, which some databases divide without their fraction.
seasons as (
    select
        target_name,
        season_day,
        cast(season_value as {{ double_type() }}) as season_value,
        is_reference,
        season_from,
        season_until,
        known_from,
        known_until
    from {{ ref('fct_target_seasons') }}
),

-- Last year's shape: of a level the value of the same period, of a total what had added up by the same day.
shaped as (
    select
        targets.target_name,
        targets.period_start,
        case targets.target_kind
            when 'level'
                then
                    max(case when seasons.season_day = targets.last_year_start then seasons.season_value end)
                    / nullif(max(case when seasons.is_reference then seasons.season_value end), 0)
            else
                coalesce(
                    sum(case when seasons.season_day <= targets.last_year_end then seasons.season_value end),
                    0
                )
                / nullif(sum(seasons.season_value), 0)
        end as season_share
    from targets
    inner join seasons
        on targets.target_name = seasons.target_name
    -- A level asks its own period of last year only, a total the whole span.
    where
        targets.last_year_start is not null
        and case targets.target_kind
            when 'level' then targets.last_year_start >= seasons.known_from
            else
                seasons.season_from >= seasons.known_from
                and seasons.season_until <= seasons.known_until
        end
    group by targets.target_name, targets.period_start, targets.target_kind
),

joined as (
    select
        targets.*,
        shaped.season_share
    from targets
    left join shaped
        on
            targets.target_name = shaped.target_name
            and targets.period_start = shaped.period_start
),

final as (
    select
        {{ surrogate_key(['target_name', 'period_start']) }} as target_key,
        target_name,
        objective,
        target_role,
        metric,
        segment,
        segment_filter,
        target_owner,
        target_kind,
        case
            when target_path = 'seasonal' and season_share is null then 'linear'
            else target_path
        end as target_path,
        period_grain,
        period_start,
        period_end,
        baseline_value,
        case
            when period_end >= deadline or season_share is null then expected_value
            else target_value * season_share
        end as expected_value,
        target_value,
        deadline,
        period_end >= deadline as is_last_period
    from joined
)

select * from final
