select sum(rating) / count(*) from reviews.review where asked(paris_day(created_at))
