{#- The calendar period that two days span, both included: day, week (from Monday), month, quarter, year, or other. -#}
{% macro period_grain(first_day, last_day) -%}
    case
        when {{ first_day }} = {{ last_day }} then 'day'
        {%- for grain in ['week', 'month', 'quarter', 'year'] %}
        when
            {{ first_day }} = cast(date_trunc('{{ grain }}', {{ first_day }}) as date)
            and {{ last_day }} = cast({{ period_end(grain, first_day) }} as date)
            then '{{ grain }}'
        {%- endfor %}
        else 'other'
    end
{%- endmacro %}


{#- The last day of the calendar period that begins on a day. -#}
{% macro period_end(grain, first_day) -%}
    {{ dbt.dateadd('day', -1, dbt.dateadd(grain, 1, first_day)) }}
{%- endmacro %}
