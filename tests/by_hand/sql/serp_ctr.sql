select sum(clicks) / sum(impressions) from search_days where asked(date)
