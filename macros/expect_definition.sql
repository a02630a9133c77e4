{#- Ends the build where a definition is no longer the one from which SQL was generated: that SQL would prove the former one. -#}
{% macro expect_definition(name, fingerprint) %}
    {%- if execute and flags.WHICH in ('build', 'test') and local_md5(definition_fingerprint(name)) != fingerprint -%}
        {%- do exceptions.raise_compiler_error(
            name ~ ': its definition has changed since its examples were generated; `leadline examples ' ~ name
            ~ '` runs them now, then run `make generate`'
        ) -%}
    {%- endif -%}
{% endmacro %}
