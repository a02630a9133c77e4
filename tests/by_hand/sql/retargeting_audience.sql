select sum(size) from (
    select size from audiences.audience_size
    where is_retargeting and asked(date)
    qualify row_number() over (partition by platform, audience_id order by date desc) = 1
)
