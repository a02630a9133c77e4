{{
    config(**by_key(
        'session_key', of='int_ga4_events__unioned',
        changed_by={'stg_ga4__events': 'session_key', 'int_ga4__site_hosts': 'every'}
    ))
}}

with events as (

    select * from {{ ref('int_ga4_events__unioned') }}
    where session_key is not null and {{ is_changed() }}

),

-- Events of one upload share their time; the batch says in which order they happened.
numbered as (

    select
        *,
        row_number() over (
            partition by session_key
            order by
                event_at,
                coalesce(batch_page_id, 0),
                coalesce(batch_ordering_id, 0),
                coalesce(batch_event_index, 0),
                case event_name
                    when 'first_visit' then 0
                    when 'session_start' then 1
                    when 'page_view' then 2
                    else 3
                end,
                event_key
        ) as event_number
    from events

),

-- A referrer speaks for the session only where it begins: later ones are payment pages and the site's own.
entrances as (

    select
        session_key,
        coalesce(
            min(case when event_name = 'page_view' then event_number end),
            min(event_number)
        ) as entrance_number
    from numbered
    where page_key is not null
    group by session_key

),

referred as (

    select
        numbered.*,
        case
            when numbered.event_number <= entrances.entrance_number and site_hosts.host is null
                then regexp_replace(numbered.referrer_host, '^www[.]', '')
        end as entrance_referrer
    from numbered
    left join entrances
        on numbered.session_key = entrances.session_key
    left join {{ ref('int_ga4__site_hosts') }} as site_hosts
        on {{ host_stem('numbered.referrer_host') }} = site_hosts.host

),

candidates as (

    select
        session_key,
        event_number,
        google_ads_customer_id,
        {{ placeholder_to_null('google_ads_campaign_id') }} as google_ads_campaign_id,
        {{ evidence_rank() }} as evidence_rank,
        {{ evidence_field('source') }} as source,
        {{ evidence_field('medium') }} as medium,
        {{ evidence_field('campaign_name') }} as campaign_name,
        {{ evidence_field('campaign_id') }} as campaign_id
    from referred

),

ranked as (

    select
        *,
        row_number() over (partition by session_key order by evidence_rank, event_number) as candidate_rank
    from candidates
    where evidence_rank is not null

),

measured as (

    select
        session_key,
        min(user_pseudo_id) as user_pseudo_id,
        min(ga_session_id) as ga_session_id,
        {{ first_by('user_id', 'event_number') }} as user_id,
        min(ga4_export) as ga4_export,
        min(event_at) as started_at,
        max(event_at) as ended_at,
        {{ first_by("case when event_name = 'page_view' then page_key end", 'event_number') }}
            as first_viewed_page_key,
        {{ first_by('page_key', 'event_number') }} as first_page_key,
        {{ first_by('device_category', 'event_number') }} as device_category,
        {{ first_by('operating_system', 'event_number') }} as operating_system,
        {{ first_by('browser', 'event_number') }} as browser,
        {{ first_by('country', 'event_number') }} as country,
        max(case when ga_session_number = 1 or event_name = 'first_visit' then 1 else 0 end) = 1 as is_new,
        max(case when is_session_engaged then 1 else 0 end) = 1 as is_engaged,
        coalesce(sum(engagement_seconds), 0) as engagement_seconds,
        count(*) as events,
        sum(case when event_name = 'page_view' then 1 else 0 end) as page_views,
        max(case when event_name in {{ sql_list(var('form_events')) }} then 1 else 0 end) = 1
            as has_form_submit,
        max(case when event_name in {{ sql_list(var('lead_events')) }} then 1 else 0 end) = 1 as has_lead,
        max(case when event_name = 'add_to_cart' then 1 else 0 end) = 1 as has_add_to_cart,
        sum(case when event_name = 'purchase' and transaction_id is null then 1 else 0 end)
            as unusable_transactions,
        max({{ evidence_is_placeholder() }}) = 1 as sent_a_placeholder
    from numbered
    group by session_key

),

final as (

    select
        measured.session_key,
        measured.user_pseudo_id,
        measured.ga_session_id,
        measured.user_id,
        measured.ga4_export,
        measured.started_at,
        measured.ended_at,
        {{ local_date('measured.started_at') }} as date_day,
        case
            when ranked.session_key is not null or measured.sent_a_placeholder then ranked.source
            else '(direct)'
        end as source,
        case
            when ranked.session_key is not null or measured.sent_a_placeholder then ranked.medium
            else '(none)'
        end as medium,
        ranked.campaign_name,
        ranked.campaign_id,
        ranked.google_ads_customer_id,
        ranked.google_ads_campaign_id,
        case
            when ranked.session_key is not null then {{ evidence_name('ranked.evidence_rank') }}
            when measured.sent_a_placeholder then 'placeholder'
            else 'none'
        end as source_evidence,
        coalesce(measured.first_viewed_page_key, measured.first_page_key) as landing_page_key,
        measured.device_category,
        measured.operating_system,
        measured.browser,
        measured.country,
        measured.is_new,
        measured.is_engaged,
        measured.engagement_seconds,
        measured.events,
        measured.page_views,
        measured.has_form_submit,
        measured.has_lead,
        measured.has_add_to_cart,
        measured.unusable_transactions
    from measured
    left join ranked
        on
            measured.session_key = ranked.session_key
            and ranked.candidate_rank = 1

)

select * from final
