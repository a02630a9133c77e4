select sum(likes + comments + shares) / (
    select sum(followers) from (
        select followers from follower_days
        where asked(day)
        qualify row_number() over (partition by network order by day desc) = 1
    )
)
from posts
where asked(day)
