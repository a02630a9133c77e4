-- As they stood on the last day of the period that was looked at.
select count(distinct keyword) from rank_tracker.position_tracking
where position between 1 and 10
    and date = (select max(date) from rank_tracker.position_tracking where asked(date))
