select count(*) filter (name in ('file_download', 'newsletter_signup'))
    / count(*) filter (name = 'page_view' and (page like '%/blogs/%' or page like '%/pages/guide%'))
from events
where asked(paris_day(happened))
