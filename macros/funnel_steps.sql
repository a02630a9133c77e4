{#- What counts as an occurrence of which stage, and where it is read. `where` left out takes every row of the relation;
    a column left out is NULL. `key` is the row's key in its own fact. -#}
{% macro funnel_steps() %}
    {%- set visit = {
        'relation': 'fct_sessions', 'key': 'session_key', 'at': 'started_at', 'day': 'date_day', 'system': "'ga4'",
        'channel': 'channel', 'source': 'source', 'medium': 'medium', 'campaign_key': 'campaign_key',
    } -%}
    {%- set email = {
        'relation': 'fct_email_engagement', 'key': 'email_engagement_key', 'system': 'platform', 'channel': 'channel',
        'campaign_key': 'campaign_key',
    } -%}
    {%- set lead = {
        'relation': 'fct_leads', 'key': 'lead_key', 'system': 'source_system', 'channel': 'channel',
        'campaign_key': 'campaign_key',
    } -%}
    {%- set order = {
        'relation': 'fct_orders', 'key': 'order_key', 'at': 'ordered_at', 'day': 'date_day', 'system': "'shopify'",
        'channel': 'channel', 'source': 'source', 'medium': 'medium', 'campaign_key': 'campaign_key', 'value': 'revenue',
    } -%}
    {%- set answer = {
        'relation': 'fct_survey_answers', 'key': 'survey_answer_key', 'at': 'submitted_at', 'day': 'date_day',
        'system': "'surveys'",
    } -%}
    {%- set partner = {
        'relation': 'int_funnel__partners', 'key': 'partner_key', 'at': 'joined_at', 'day': 'date_day',
        'system': "'partners'",
    } -%}
    {{ return([
        dict(visit, stage='visibility', step='session'),
        dict(visit, stage='engagement', step='engaged_session', where='is_engaged'),
        dict(email, stage='engagement', step='email_open', at='first_opened_at', where='first_opened_at is not null'),
        dict(email, stage='engagement', step='email_click', at='first_clicked_at', where='first_clicked_at is not null'),
        {
            'stage': 'capture', 'step': 'list_signup', 'relation': 'fct_subscribers', 'key': 'subscriber_key',
            'at': 'opted_in_at', 'day': 'date_day', 'system': 'platform', 'where': 'opted_in_at is not null',
        },
        dict(lead, stage='capture', step='lead', at='lead_at', day='lead_day', where='is_lead'),
        dict(lead, stage='capture', step='mql', at='mql_at', day='mql_day', where='is_mql'),
        dict(lead, stage='capture', step='sql', at='sql_at', day='sql_day', where='is_sql'),
        dict(order, stage='conversion', step='order', where='is_valid'),
        {
            'stage': 'conversion', 'step': 'won_deal', 'relation': 'fct_deals', 'key': 'deal_key', 'at': 'won_at',
            'day': 'won_day', 'system': 'source_system', 'channel': 'channel', 'value': 'amount', 'where': 'is_won',
        },
        {
            'stage': 'experience', 'step': 'ticket', 'relation': 'fct_tickets', 'key': 'ticket_key', 'at': 'created_at',
            'day': 'date_day', 'system': "'support'",
        },
        dict(answer, stage='experience', step='survey_answer'),
        dict(order, stage='ascension', step='repeat_order', where='is_valid and order_number > 1'),
        {
            'stage': 'ascension', 'step': 'upsell_accepted', 'relation': 'fct_offers', 'key': 'offer_key',
            'at': 'accepted_at', 'day': 'accepted_day', 'system': "'upsell'", 'value': 'amount', 'where': 'is_accepted',
        },
        dict(answer, stage='fan', step='promoter', where="nps_group = 'promoter'"),
        {
            'stage': 'fan', 'step': 'review', 'relation': 'fct_reviews', 'key': 'review_key', 'at': 'created_at',
            'day': 'date_day', 'system': "'reviews'",
        },
        dict(partner, stage='ambassador', step='affiliate_joined', where="partner_type = 'affiliate'"),
        dict(partner, stage='ambassador', step='partner_joined', where="coalesce(partner_type, '') <> 'affiliate'"),
    ]) }}
{% endmacro %}


{#- For each relation of steps what they read of it, and its key, as by_key.sql has it. -#}
{% macro inputs_of_funnel_steps() %}
    {%- set read = {} -%}
    {%- for step in funnel_steps() -%}
        {%- set columns = [
            step.key, 'person_key', step.at, step.day, step.channel, step.source, step.medium, step.campaign_key,
            step.value, step.system, step.where,
        ] | select | list -%}
        {%- set known = read.get(step.relation, {'columns': []})['columns'] -%}
        {%- do read.update({step.relation: {'columns': (known + columns) | unique | list, 'keys': step.key}}) -%}
    {%- endfor -%}
    {{ return(read) }}
{% endmacro %}
