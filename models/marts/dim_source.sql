with

raw_tables as (
    select
        *,
        case when row_count > 0 then raw_table end as present_table
    from {{ ref('int_sources__raw_tables') }}
),

final as (
    select
        source,
        sum(row_count) > 0 as is_connected,
        {{ dbt.listagg("present_table", "', '", "order by raw_table") }} as tables_present,
        cast(sum(row_count) as bigint) as row_count,
        min(first_day) as first_day,
        max(last_day) as last_day,
        max(exported_at) as exported_at,
        '{{ var("reporting_currency") }}' as reporting_currency
    from raw_tables
    group by source
)

select * from final
