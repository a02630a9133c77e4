select sum(views) from posts where asked(day)
