select sum(spend) / sum(clicks) from ads where asked(day)
