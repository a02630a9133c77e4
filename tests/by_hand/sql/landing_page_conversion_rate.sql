select count(*) filter (converted) / count(*) from visits where landing_page like '%/lp/%' and asked(day)
