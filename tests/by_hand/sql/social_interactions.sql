select sum(likes + comments + shares) from posts where asked(day)
