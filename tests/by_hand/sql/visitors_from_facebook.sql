select count(distinct visitor) from visits
where source in ('facebook', 'fb', 'm.facebook.com', 'l.facebook.com', 'lm.facebook.com') and asked(day)
