select avg(paris_day(happened) - paris_day(lead_at)) from won_deals
join lead_people using (person)
where asked(paris_day(happened)) and paris_day(lead_at) <= paris_day(happened)
