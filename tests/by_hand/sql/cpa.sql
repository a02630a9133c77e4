select sum(spend) / sum(conversions) from ads where asked(day)
