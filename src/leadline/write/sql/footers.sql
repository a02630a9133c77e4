with stated as (
    select *
    from (values
        {%- for row in stated %}
        ({{ row | join(', ') }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as listed (file, landed_file, line, column_name, raw_column, footer, factor, tolerance, in_mart)
),
raw_sums as (
    select _landed_file as landed_file,
        {%- for column in raw_columns %}
        sum(cast("{{ column }}" as double)) as "{{ column }}"{{ ',' if not loop.last }}
        {%- endfor %}
    from read_parquet([{{ places | join(', ') }}], union_by_name = true, hive_partitioning = false)
    group by 1
),
{%- if days %}
days as (
    select *
    from (values
        {%- for row in days %}
        ({{ row | join(', ') }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as listed (landed_file, account_id, first_day, last_day)
),
mart_sums as (
    select landed_file,
        {%- for raw, column in marts.items() %}
        sum(cast(mart."{{ column }}" as double)) as "{{ raw }}"{{ ',' if not loop.last }}
        {%- endfor %}
    from days
    left join {{ relation }} as mart
        on days.account_id in (
            lower(mart.account_id), regexp_replace(lower(mart.account_id), '^act_|[\s-]', '', 'g')
        )
        and mart.platform = '{{ platform }}'
        and mart.date_day between first_day and last_day
    group by 1
),
{%- endif %}
compared as (
    select file, line, column_name, footer,
        round(case raw_column
            {%- for column in raw_columns %} when '{{ column }}' then raw_sums."{{ column }}"{% endfor %}
        end / factor, 6) as sum_of_rows,
        {%- if days %}
        round(case when in_mart then case raw_column
            {%- for column in marts %} when '{{ column }}' then coalesce(mart_sums."{{ column }}", 0)
            {%- endfor %}
        end end, 6) as sum_in_mart,
        {%- else %}
        cast(null as double) as sum_in_mart,
        {%- endif %}
        tolerance
    from stated
    left join raw_sums using (landed_file)
    {%- if days %}
    left join mart_sums using (landed_file)
    {%- endif %}
)
select file, line, column_name as "column", footer,
    {%- if of_mart %}
    '{{ relation | replace('"', '') }}' as mart, sum_in_mart, round(sum_in_mart - footer, 6) as difference
from compared
where abs(coalesce(sum_of_rows, 0) - footer) <= tolerance and abs(sum_in_mart - footer) > tolerance
    {%- else %}
    sum_of_rows, round(coalesce(sum_of_rows, 0) - footer, 6) as difference
from compared
where abs(coalesce(sum_of_rows, 0) - footer) > tolerance
    {%- endif %}
order by file, line, column_name
