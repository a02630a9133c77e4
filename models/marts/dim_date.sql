with

days as (

    select date_day
    from {{ date_series("'" ~ var('history_start') ~ "'", "'" ~ var('history_end') ~ "'") }} as series

),

parts as (

    select
        date_day,
        {{ iso_year('date_day') }} as iso_year_number,
        cast(extract(week from date_day) as integer) as iso_week_number,
        {{ iso_weekday('date_day') }} as iso_weekday_number,
        cast(extract(day from date_day) as integer) as day_of_month,
        cast(extract(month from date_day) as integer) as month_number,
        cast(extract(quarter from date_day) as integer) as quarter_number,
        cast(extract(year from date_day) as integer) as year_number,
        cast(date_trunc('week', date_day) as date) as week_start_date,
        cast(date_trunc('month', date_day) as date) as month_start_date,
        cast(date_trunc('quarter', date_day) as date) as quarter_start_date,
        cast(date_trunc('year', date_day) as date) as year_start_date
    from days

),

final as (

    select
        date_day,
        iso_weekday_number,
        iso_weekday_number >= 6 as is_weekend,
        day_of_month,
        iso_year_number,
        iso_week_number,
        cast(iso_year_number as {{ dbt.type_string() }})
        || '-W'
        || case when iso_week_number < 10 then '0' else '' end
        || cast(iso_week_number as {{ dbt.type_string() }}) as iso_week_label,
        week_start_date,
        month_number,
        month_start_date,
        quarter_number,
        quarter_start_date,
        year_number,
        year_start_date
    from parts

)

select * from final
