select count(*) filter (score >= case scale_max when 5 then 4 else 7 end) / nullif(count(*), 0)
from surveys.response
where survey_type = 'csat' and asked(paris_day(submitted_at))
