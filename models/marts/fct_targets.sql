with final as (
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
        target_path,
        period_grain,
        period_start,
        period_end,
        baseline_value,
        expected_value,
        target_value,
        deadline,
        period_end >= deadline as is_last_period
    from {{ ref('ref_targets') }}
)

select * from final
