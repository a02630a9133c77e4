select sum(shares) / sum(views) from posts where asked(day)
