select sum(impressions) from ads where asked(day)
