{#- Models whose rows of one key depend only on the input's rows of that key: a refresh that knows what changed since the build
    before makes the rows of changed keys again and leaves the others. Any other build makes them whole.
    `{{ config(**by_key('session_key', of='…', changed_by={…})) }}` at the model's head, `{{ is_changed() }}` where it reads.

    `key` is an expression over the model's columns, never NULL. `of` is a model, or a raw table (`ga4.events`), with every key
    in its column `of_key`; or several models, each with its expression: {'fct_orders': 'order_key', …}. `changed_by` says, for
    each table (by model name) that the model reads through whatever views, which keys a change of it reaches: an expression over
    its columns; or a query of keys, in which `changed` is a relation of its rows that came, went or are another, `present` one
    of the model's rows as they are, and `{model}` another model; or {'columns': […], 'keys': …} where the model reads these
    columns only, rows alike in them counting once. A change of any other table that it reads, or 'every', makes all keys again.
    The queries are written by src/leadline/refresh/keys.py. Its entry in the model's meta stands beside `leadline`, which it
    would replace: what a model's own YAML says of its sources stands there. -#}
{% macro by_key(key, of, changed_by={}, of_key=none) %}
    {%- set is_whole = not var('before', none) or model.name in var('built_whole', []) -%}
    {{ return({
        'materialized': leadline.by_key_materialization(),
        'incremental_strategy': 'append',
        'full_refresh': is_whole,
        'pre_hook': [
            {'sql': "{{ leadline.attach_before() }}", 'transaction': false},
            {'sql': "{{ leadline.forget_changed_keys() }}", 'transaction': true},
        ],
        'post_hook': [{'sql': "{{ leadline.keep_changed_rows() }}", 'transaction': true}],
        'meta': {'by_key': {
            'key': key,
            'of': of if of is string else none,
            'of_key': of_key or key,
            'of_each': none if of is string else of,
            'changed_by': changed_by,
        }},
    }) }}
{% endmacro %}


{#- Only DuckDB's builds are refreshed by key. -#}
{% macro by_key_materialization() %}
    {{- return(adapter.dispatch('by_key_materialization', 'leadline')()) -}}
{% endmacro %}


{% macro default__by_key_materialization() %}
    {{- return('table') -}}
{% endmacro %}


{% macro duckdb__by_key_materialization() %}
    {{- return('incremental') -}}
{% endmacro %}


{#- Whether a row is of a key to be made again, as a condition; `column` bears the key, where it has another name. A reader of
    files skips what a list of days does not name; a query's result it would compare with every row. -#}
{% macro is_changed(column=none) -%}
    {%- if execute and var('before', none) and is_incremental() -%}
        {%- set by_key = model.config.meta.by_key -%}
        {%- set days = var('changed_days').get(by_key.of) -%}
        {{ column or by_key.key }} in
        {% if days -%}
            {{ sql_list(days) }}
        {%- else -%}
            (select changed_key from {{ changes_of(model.name, 'keys') }})
        {%- endif -%}
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}


{#- Where a refresh notes what changed in a model: its keys, its rows as they were, and those that came, went or are another. -#}
{% macro changes_of(name, what='rows') -%}
    "changes"."{{ name }}__{{ what }}"
{%- endmacro %}


{% macro attach_before() %}
    {%- if var('before', none) -%}
        attach if not exists '{{ var("before") | replace("'", "''") }}' as "before" (read_only)
    {%- endif -%}
{% endmacro %}


{#- Note the keys to make again and their rows as they were, and remove these. -#}
{% macro forget_changed_keys() %}
    {%- if var('before', none) and is_incremental() -%}
        create table {{ changes_of(model.name, 'keys') }} as
        select distinct changed_key from ({{ var('changed_keys')[model.name] }}) as found(changed_key)
        where changed_key is not null;
        create table {{ changes_of(model.name, 'were') }} as
        select * from {{ this }} where {{ is_changed() }};
        delete from {{ this }} where {{ is_changed() }}
    {%- endif -%}
{% endmacro %}


{#- What became of the changed keys: rows that are gone or new, equal ones left out. -#}
{% macro keep_changed_rows() %}
    {%- if var('before', none) and is_incremental() -%}
        create table {{ changes_of(model.name) }} as
        {{ differing_rows(
            "select * from " ~ changes_of(model.name, 'were'), "select * from " ~ this ~ " where " ~ is_changed()
        ) }}
    {%- endif -%}
{% endmacro %}


{#- Rows that one of two queries has more often than the other. One aggregate is five times as fast as EXCEPT ALL both ways. -#}
{% macro differing_rows(were, are) -%}
    select * exclude (surplus)
    from (select *, 1 as surplus from ({{ were }}) union all select *, -1 from ({{ are }})) as both_sides
    group by all
    having sum(surplus) <> 0
{%- endmacro %}


{#- A table that is made whole and notes its rows that came, went or are another, for models that are made by key. -#}
{% macro noting_changes() %}
    {{ return({
        'pre_hook': [{'sql': "{{ leadline.attach_before() }}", 'transaction': false}],
        'post_hook': [{'sql': "{{ leadline.note_changes() }}", 'transaction': true}],
        'meta': {'notes_changes': true},
    }) }}
{% endmacro %}


{% macro note_changes() %}
    {%- if var('before', none) -%}
        create table {{ changes_of(model.name) }} as
        {{ differing_rows(
            "select * from " ~ adapter.quote('before') ~ "." ~ this.include(database=false), "select * from " ~ this
        ) }}
    {%- endif -%}
{% endmacro %}
