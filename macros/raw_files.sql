{#- The files under `raw_folder()` that carry a raw table, read with the contract's types. A table goes by the names that
    its source YAML lists in meta.leadline.files; a name is a file (csv, json, jsonl, ndjson, parquet) or a folder of them. -#}
{% macro raw_files(source_name, table_name) %}
    {{ return(adapter.dispatch('raw_files')(source_name, table_name)) }}
{% endmacro %}


{% macro default__raw_files(source_name, table_name) %}
    {{ exceptions.raise_compiler_error(
        "raw_from: files is read by DuckDB. On " ~ target.type ~ " load the files into a schema and set raw_from: schema."
    ) }}
{% endmacro %}


{% macro duckdb__raw_files(source_name, table_name) %}
    {%- set contract = raw_contract(source_name, table_name) -%}
    {%- set formats = {'csv': [], 'json': [], 'parquet': []} -%}
    {%- set extensions = {'csv': 'csv', 'json': 'json', 'jsonl': 'json', 'ndjson': 'json', 'parquet': 'parquet'} -%}
    {%- set names = [table_name] + raw_meta(contract).get('files', []) + ['raw_' ~ source_name ~ '__' ~ table_name] -%}
    {%- set patterns = [] -%}
    {%- for name in names | unique -%}
        {%- set base = raw_folder() ~ '/' ~ source_name ~ '/' ~ name -%}
        {%- for extension in extensions -%}
            {% do patterns.append(base ~ '.' ~ extension) %}
            {% do patterns.append(base ~ '/**/*.' ~ extension) %}
        {%- endfor -%}
    {%- endfor -%}
    {%- set listed = run_query(
        "select distinct file from glob(['" ~ patterns | map('replace', "'", "''") | join("', '") ~ "']) order by file"
    ) -%}
    {%- for file in listed.columns[0].values() -%}
        {% do formats[extensions[file.split('.') | last]].append(file | replace("'", "''")) %}
    {%- endfor -%}
    {%- set kinds = formats | dictsort | selectattr(1) | list -%}
    {%- if not kinds -%}
        {% do require_store() %}
        {% do return({'relation': none, 'columns': {}}) %}
    {%- elif kinds | length > 1 -%}
        {{ exceptions.raise_compiler_error(
            "The raw table " ~ source_name ~ "." ~ table_name ~ " is there in several formats: "
            ~ (listed.columns[0].values() | list | join(', ')) ~ ". Keep one of them, or it would be counted twice."
        ) }}
    {%- endif -%}
    {% do return(raw_reader(contract, kinds[0][0], "['" ~ kinds[0][1] | join("', '") ~ "']")) %}
{% endmacro %}


{#- Where raw files are: `raw_path`, or the store of landed files, which is at `raw_store`, else LEADLINE_STORE, else
    landing/store. -#}
{% macro raw_folder() %}
    {%- if var('raw_from') == 'landed' -%}
        {% do return((var('raw_store', none) or env_var('LEADLINE_STORE', 'landing/store')) ~ '/raw') %}
    {%- endif -%}
    {% do return(var('raw_path')) %}
{% endmacro %}


{#- A store without the table is a source that is not connected; a store that is not there is a mistake. -#}
{% macro require_store() %}
    {%- if var('raw_from') == 'landed' -%}
        {%- set ledger = raw_folder() ~ '/ledger.json' -%}
        {%- if not run_query("select 1 from glob('" ~ ledger | replace("'", "''") ~ "')").rows -%}
            {{ exceptions.raise_compiler_error(
                "raw_from is landed, and no store of landed files is there: " ~ ledger ~ ". Land files first (leadline land"
                ~ " FILE), or say with LEADLINE_STORE or the variable raw_store where the store is."
            ) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}


{#- CSV is described as text first: the types can be given only for columns that the file has, and giving them makes
    DuckDB name the file, line, column and value of whatever does not fit. -#}
{% macro raw_reader(contract, format, files) %}
    {%- set readers = {
        'csv': "read_csv(" ~ files ~ ", header = true, union_by_name = true, all_varchar = true)",
        'json': "read_json(" ~ files ~ ", union_by_name = true, maximum_object_size = 67108864)",
        'parquet': "read_parquet(" ~ files ~ ", union_by_name = true, hive_partitioning = false)",
    } -%}
    {%- set columns = {} -%}
    {%- set types = [] -%}
    {%- for row in run_query("describe select * from " ~ readers[format]).rows -%}
        {% do columns.update({row[0] | lower: row[1]}) %}
        {%- set declared = contract['columns'].values() | selectattr('name', 'equalto', row[0]) | list -%}
        {%- if format == 'csv' and declared and declared[0].data_type != 'json' -%}
            {% do types.append("'" ~ row[0] ~ "': '" ~ declared[0].data_type ~ "'") %}
        {%- endif -%}
    {%- endfor -%}
    {%- if format == 'csv' -%}
        {%- set typed -%}
            read_csv({{ files }}, header = true, union_by_name = true, auto_detect = true, sample_size = 1
            {%- if types %}, types = { {{- types | join(', ') -}} }{% endif %})
        {%- endset -%}
        {% do return({'relation': typed, 'columns': columns}) %}
    {%- endif -%}
    {% do return({'relation': readers[format], 'columns': columns}) %}
{% endmacro %}


{% macro raw_meta(contract) %}
    {% do return((contract['config'].get('meta') or contract['meta'] or {}).get('leadline', {})) %}
{% endmacro %}
