{#- The day that a Meta report row closes. Meta stamps a row with the end of its day, midnight in California, which is 07:00
    or 08:00 UTC of the day after; whatever the season, the stamp's own UTC date is one day too late. -#}
{% macro meta_closed_day(stamp) -%}
    cast({{ dbt.dateadd('day', -1, stamp) }} as date)
{%- endmacro %}
