select sum(bounced) / sum(sent) from mailings where asked(day)
