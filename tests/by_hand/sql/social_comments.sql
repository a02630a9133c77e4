select sum(comments) from posts where asked(day)
