{#- CTEs that give every node of a graph the smallest label of its connected component. `links` is a CTE (link_key, left_label,
    right_label); the result is the CTE `prefix`_labels (node_label, component_label), linked nodes only. A round carries
    labels one link further. Each step reads the step before once, so the query grows in a straight line on engines that
    expand CTEs; DuckDB tries both ways for each and would plan for a second what runs in a tenth, so it is told not to.
    data_tests/assert_person_labels_converged.sql fails where the rounds are too few. -#}
{% macro connected_labels(links, prefix, rounds) -%}
    {{ prefix }}_node_0 as {{ computed_once() }}(
        select
            link_key,
            left_label as node_label,
            left_label as component_label
        from {{ links }}
        union all
        select
            link_key,
            right_label as node_label,
            right_label as component_label
        from {{ links }}
    ),
    {% for round in range(1, rounds + 1) %}
    {{ prefix }}_link_{{ round }} as (
        select
            link_key,
            node_label,
            min(component_label) over (partition by link_key) as component_label
        from {{ prefix }}_node_{{ round - 1 }}
    ),
    {{ prefix }}_node_{{ round }} as {{ computed_once() }}(
        select
            link_key,
            node_label,
            min(component_label) over (partition by node_label) as component_label
        from {{ prefix }}_link_{{ round }}
    ),
    {% endfor %}
    {{ prefix }}_labels as (
        select
            node_label,
            min(component_label) as component_label
        from {{ prefix }}_node_{{ rounds }}
        group by node_label
    )
{%- endmacro %}
