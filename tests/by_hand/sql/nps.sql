select 100 * (count(*) filter (score >= 9) - count(*) filter (score <= 6)) / nullif(count(*), 0)
from surveys.response
where survey_type = 'nps' and asked(paris_day(submitted_at))
