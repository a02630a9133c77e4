select count(*) from first_purchases where asked(day)
