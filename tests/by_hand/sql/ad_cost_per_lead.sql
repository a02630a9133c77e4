-- The spend of campaigns that ever reported a lead, over the leads that the platforms claim.
select sum(spend) filter (campaign in (select campaign from ads where leads > 0)) / nullif(sum(leads), 0)
from ads
where asked(day)
