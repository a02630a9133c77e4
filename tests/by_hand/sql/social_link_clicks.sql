select sum(link_clicks) from posts where asked(day)
