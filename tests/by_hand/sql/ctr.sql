select sum(clicks) / sum(impressions) from ads where asked(day)
