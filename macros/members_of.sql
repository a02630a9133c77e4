{#- For `by_key`: the labels of everybody who may belong elsewhere once some labels changed, as a query over `changed` and
    `present`. These are the changed labels, the columns `label` and `other_label` of `changed`, with `with_linked` whoever is linked
    to them, and with `more` what that query gives; and everybody who was in a group with one of them: a group is parted or joined
    only where one of its members changed. `group` is the group's column in `present`, `own_label` the member's. -#}
{% macro members_of(group, label, other_label=none, own_label='identifier_label', with_linked=false, more=none) -%}
    {%- set touched -%}
        select {{ label }} from changed
        {%- if other_label %} union select {{ other_label }} from changed{% endif %}
        {%- if with_linked %}
        union select left_label from {int_person__links} where right_label in (select {{ label }} from changed)
        union select right_label from {int_person__links} where left_label in (select {{ label }} from changed)
        {%- endif %}
        {%- if more %} union {{ more }}{% endif %}
    {%- endset -%}
    {%- set members -%}
        select label from ({{ touched }}) as touched(label)
        union
        select {{ own_label }} from present
        where {{ group }} in (
            select {{ group }} from present where {{ own_label }} in (select label from ({{ touched }}) as touched(label))
        )
    {%- endset -%}
    {{- return(members | trim) -}}
{%- endmacro %}
