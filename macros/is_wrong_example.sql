{#- The condition under which a definition gives another value than its worked example expects; no value is a value. -#}
{% macro is_wrong_example() -%}
    (expected is null and found is not null)
    or (expected is not null and found is null)
    or abs(expected - found) > 0.000000001 * (1 + abs(expected))
{%- endmacro %}
