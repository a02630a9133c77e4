-- The last number that each account reported in the period.
select sum(followers) from (
    select followers from follower_days
    where network = 'facebook' and asked(day)
    qualify row_number() over (partition by network order by day desc) = 1
)
