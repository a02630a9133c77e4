select count(*) filter (channel_group = 'Organic Search') / count(*) from visits where asked(day)
