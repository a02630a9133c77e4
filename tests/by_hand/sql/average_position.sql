select sum(position * impressions) / sum(impressions) from search_days where asked(date)
