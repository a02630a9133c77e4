select sum(clicks) from search_days where asked(date)
