select count(*) from visits where asked(day) and channel_group = 'Direct'
