{#- A salted hash of an e-mail address or other personal identifier, the same however it was typed: case and outer blanks are
    dropped first. Empty is NULL. Staging models call it; nothing downstream sees the original. What `leadline land` hashed
    already (`sha256:` and 64 hexadecimal digits, of the same salt) keeps its hash, so that it meets the same address elsewhere. -#}
{% macro hash_pii(expression) %}
    {{- return(adapter.dispatch('hash_pii')(expression)) -}}
{% endmacro %}


{% macro pii_salt() %}
    {{- return(env_var('LEADLINE_PII_SALT', 'leadline-demo') | replace("'", "''")) -}}
{% endmacro %}


{#- True of a hash made while landing; `plain` is already trimmed and in lower case. No address looks like it: an unquoted
    address holds no colon. -#}
{% macro is_landed_hash(plain) -%}
    {{ plain }} like 'sha256:%' and length({{ plain }}) = 71
{%- endmacro %}


{% macro default__hash_pii(expression) %}
    {%- set plain = "nullif(lower(trim(" ~ expression ~ ")), '')" -%}
    case
        when {{ is_landed_hash(plain) }} then substr({{ plain }}, 8)
        when {{ plain }} is not null then sha256('{{ pii_salt() }}' || {{ plain }})
    end
{%- endmacro %}


{% macro spark__hash_pii(expression) %}
    {%- set plain = "nullif(lower(trim(" ~ expression ~ ")), '')" -%}
    case
        when {{ is_landed_hash(plain) }} then substr({{ plain }}, 8)
        when {{ plain }} is not null then sha2(concat('{{ pii_salt() }}', {{ plain }}), 256)
    end
{%- endmacro %}


{% macro postgres__hash_pii(expression) %}
    {%- set plain = "nullif(lower(trim(" ~ expression ~ ")), '')" -%}
    case
        when {{ is_landed_hash(plain) }} then substr({{ plain }}, 8)
        when {{ plain }} is not null
            then encode(sha256(convert_to('{{ pii_salt() }}' || {{ plain }}, 'UTF8')), 'hex')
    end
{%- endmacro %}
