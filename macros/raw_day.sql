{#- The local or reported day that a raw table's rows speak of, as an expression over its columns, or nothing for reference
    tables: meta.leadline.day of the table, else its column named date or day. -#}
{% macro raw_day(source_name, table_name) %}
    {%- if execute -%}
        {%- set contract = raw_contract(source_name, table_name) -%}
        {%- set named = contract['columns'].keys() | select('in', ['date', 'day']) | list -%}
        {{- raw_meta(contract).get('day') or (adapter.quote(named[0]) if named else 'null') -}}
    {%- else -%}
        null
    {%- endif -%}
{% endmacro %}


{#- When the rows of a raw table were exported, where the contract has that column. -#}
{% macro raw_exported_at(source_name, table_name) %}
    {%- if execute and '_fivetran_synced' in raw_contract(source_name, table_name)['columns'] -%}
        _fivetran_synced
    {%- else -%}
        null
    {%- endif -%}
{% endmacro %}
