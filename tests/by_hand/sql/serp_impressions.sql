select sum(impressions) from search_days where asked(date)
