select count(*) from subscribers where asked(joined)
