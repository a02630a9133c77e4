select sum(likes + comments + shares) / sum(views) from posts where asked(day)
