select sum(likes + comments + shares) filter (reach is not null) / sum(reach) from posts where asked(day)
