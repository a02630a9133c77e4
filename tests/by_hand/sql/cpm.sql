select 1000 * sum(spend) / sum(impressions) from ads where asked(day)
