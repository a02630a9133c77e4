{{ config(severity = 'warn') }}
-- A fact of the data: a source that ref_crm_source_channels does not know leaves its leads unattributed.
select
    records.crm,
    records.original_source,
    count(*) as record_count
from {{ ref('int_crm__lead_records') }} as records
left join {{ ref('ref_crm_source_channels') }} as channels
    on
        records.crm = channels.crm
        and lower(records.original_source) = lower(channels.original_source)
where
    records.original_source is not null
    and channels.original_source is null
group by records.crm, records.original_source
