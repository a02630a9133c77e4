with

source as (

    select * from {{ raw('ga4_reports', 'report_row') }}

),

latest as (

    {{ latest_export(
        'source', partition_by=['property', 'report', 'dimension_names', 'date_start', 'date_end']
    ) }}

),

final as (

    select
        property,
        report,
        date_start as period_start,
        date_end as period_end,
        date as date_day,
        dimension_names,
        dimension_values,
        metric,
        value as metric_value,
        _fivetran_synced as exported_at
    from latest

)

select * from final
