{#- Where a raw table comes from, decided here and nowhere else. Gives a parenthesised select of every column of the
    contract (models/staging/<source>/_<source>__sources.yml), in its order and with its type: from the seeds, from files at
    `raw_path`, from what `leadline land` keeps, or from a schema of the warehouse (`raw_from`). What is not connected is an
    empty relation of the same shape. With `needed_by`, a list of expressions, only the columns that they name (else the first). -#}
{% macro raw(source_name, table_name, needed_by=none) %}
    {%- set origin = var('raw_from') -%}
    {%- if origin not in ('seeds', 'files', 'landed', 'schema') -%}
        {{ exceptions.raise_compiler_error(
            "raw_from is '" ~ origin ~ "'. It says where raw tables come from: seeds, files, landed or schema."
        ) }}
    {%- endif -%}
    {%- set seed = ref('raw_' ~ source_name ~ '__' ~ table_name) if origin == 'seeds' else none -%}
    {%- if not execute -%}
        (select 1)
    {%- else -%}
        {%- set columns = raw_contract(source_name, table_name)['columns'].values() | list -%}
        {%- if needed_by is not none -%}
            {%- set columns = named_columns(columns, needed_by) -%}
        {%- endif -%}
        {%- set found = raw_relation(source_name, table_name, seed) -%}
        (
            select
                {%- for column in columns %}
                {{ raw_column(column, found['columns'].get(column.name | lower)) }} as {{ adapter.quote(column.name) }}
                {{- "," if not loop.last }}
                {%- endfor %}
            {%- if found['relation'] %}
            from {{ found['relation'] }}
            {%- else %}
            where false
            {%- endif %}
        )
    {%- endif -%}
{% endmacro %}


{#- Those of some columns whose names stand in the expressions; the first where none does, as no select is empty. -#}
{% macro named_columns(columns, expressions) %}
    {%- set text = expressions | join(' ') -%}
    {%- set named = [] -%}
    {%- for column in columns if column.name in text -%}
        {%- do named.append(column) -%}
    {%- endfor -%}
    {% do return(named or columns[:1]) %}
{% endmacro %}


{#- The declared source table: columns with data_type, meta.leadline.files. -#}
{% macro raw_contract(source_name, table_name) %}
    {%- set key = 'source.' ~ project_name ~ '.' ~ source_name ~ '.' ~ table_name -%}
    {%- if key not in graph.sources -%}
        {{ exceptions.raise_compiler_error(
            "No raw table " ~ source_name ~ "." ~ table_name ~ " is declared in models/staging/" ~ source_name
            ~ "/_" ~ source_name ~ "__sources.yml."
        ) }}
    {%- endif -%}
    {% do return(graph.sources[key]) %}
{% endmacro %}


{#- What carries a raw table now: {relation: text to select from, or none; columns: {name: type found}}. -#}
{% macro raw_relation(source_name, table_name, seed) %}
    {%- set nothing = {'relation': none, 'columns': {}} -%}
    {%- if not var('use_' ~ source_name) -%}
        {% do return(nothing) %}
    {%- elif var('raw_from') in ('files', 'landed') -%}
        {% do return(raw_files(source_name, table_name)) %}
    {%- endif -%}
    {%- if seed -%}
        {%- set relation = seed -%}
    {%- else -%}
        {%- set relation = adapter.get_relation(
            database=var('raw_database') or target.database, schema=var('raw_schema'),
            identifier=source_name ~ '__' ~ table_name
        ) -%}
    {%- endif -%}
    {%- if not relation -%}
        {% do return(nothing) %}
    {%- endif -%}
    {%- set columns = {} -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
        {% do columns.update({column.name | lower: column.data_type}) %}
    {%- endfor -%}
    {% do return({'relation': relation.render(), 'columns': columns}) %}
{% endmacro %}


{#- One column of the contract, typed; `found` is the type that the data has, or nothing where it lacks the column. -#}
{% macro raw_column(column, found) %}
    {{- return(adapter.dispatch('raw_column')(column, found)) -}}
{% endmacro %}


{% macro default__raw_column(column, found) %}
    {%- if found -%}
        cast({{ adapter.quote(column.name) }} as {{ column.data_type }})
    {%- else -%}
        cast(null as {{ column.data_type }})
    {%- endif -%}
{% endmacro %}


{#- A nested column is declared as json with its `structure`. Native structs are cast by field name (fields that
    are absent become NULL); JSON text is parsed into the same type, so that models see one shape. -#}
{% macro duckdb__raw_column(column, found) %}
    {%- set structure = (column.config.get('meta') or column.meta or {}).get('leadline', {}).get('structure') -%}
    {%- if not structure -%}
        {{ return(leadline.default__raw_column(column, found)) }}
    {%- endif -%}
    {%- set quoted = adapter.quote(column.name) -%}
    {%- set is_native = 'STRUCT' in found | string or (found | string).endswith('[]') -%}
    {#- from_json(null::json, …) has no type at all, so the type is asked for with the JSON value null. -#}
    {%- set native = run_query("select typeof(from_json('null'::json, '" ~ structure ~ "'))").columns[0][0] -%}
    {%- if not found -%}
        cast(null as {{ native }})
    {%- elif is_native and 'JSON' not in found and 'MAP(' not in found -%}
        cast({{ quoted }} as {{ native }})
    {%- elif is_native or 'MAP(' in found -%}
        from_json(to_json({{ quoted }}), '{{ structure }}')
    {%- else -%}
        from_json(cast(nullif(cast({{ quoted }} as varchar), '') as json), '{{ structure }}')
    {%- endif -%}
{% endmacro %}
