select avg((score - scale_min) / (scale_max - scale_min)) from surveys.response
where survey_type = 'csat' and asked(paris_day(submitted_at))
