{#- A select of no worked examples, with the columns that examples have. -#}
{% macro no_examples() %}
    select
        cast(null as {{ dbt.type_string() }}) as metric_name,
        cast(null as {{ dbt.type_string() }}) as given_words,
        {{ example_number(none) }} as expected,
        {{ example_number(none) }} as found
    where 1 = 0
{% endmacro %}
