select count(*) filter (sentiment = 'neutral') / count(*)
from listening.mention
where asked(paris_day(published_at))
