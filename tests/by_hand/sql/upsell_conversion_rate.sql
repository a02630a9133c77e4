select count(accepted_at) / nullif(count(*), 0) from upsell.offer where asked(paris_day(shown_at))
