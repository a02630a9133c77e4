-- The period's first purchases by people who had become a lead before, over the period's new leads.
select (
    select count(*) from first_purchases as first
    join lead_people using (person)
    where lead_at <= first.happened and asked(first.day)
) / nullif(count(*), 0)
from lead_people
where asked(paris_day(lead_at))
