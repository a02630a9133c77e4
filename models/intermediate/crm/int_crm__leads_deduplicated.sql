-- A person in two CRMs, or twice in one, is one lead: the record with the earliest lead date speaks for the
-- origin, and every stage was reached when the first record says so.
with ranked as (
    select
        *,
        row_number() over (
            partition by lead_key
            order by
                lead_at asc nulls last,
                mql_at asc nulls last,
                sql_at asc nulls last,
                crm asc,
                record_id asc
        ) as record_rank,
        count(*) over (partition by lead_key) as record_count,
        min(lead_at) over (partition by lead_key) as first_lead_at,
        min(mql_at) over (partition by lead_key) as first_mql_at,
        min(sql_at) over (partition by lead_key) as first_sql_at
    from {{ ref('int_crm__lead_records') }}
),

final as (
    select
        lead_key,
        crm,
        record_id,
        email_hash,
        record_count,
        first_lead_at as lead_at,
        first_mql_at as mql_at,
        first_sql_at as sql_at,
        original_source,
        channel,
        campaign_name
    from ranked
    where record_rank = 1
)

select * from final
