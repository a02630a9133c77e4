{#- A parenthesised select of one column, date_day: every day from first_day to last_day, both included. -#}
{% macro date_series(first_day, last_day) -%}
    {{ return(adapter.dispatch('date_series', 'leadline')(first_day, last_day)) }}
{%- endmacro %}

{% macro default__date_series(first_day, last_day) -%}
    (
        select cast(series_day as date) as date_day
        from generate_series(
            cast({{ first_day }} as timestamp), cast({{ last_day }} as timestamp), interval '1 day'
        ) as days (series_day)
    )
{%- endmacro %}

{% macro spark__date_series(first_day, last_day) -%}
    (
        select explode(sequence(
            cast({{ first_day }} as date), cast({{ last_day }} as date), interval 1 day
        )) as date_day
    )
{%- endmacro %}
