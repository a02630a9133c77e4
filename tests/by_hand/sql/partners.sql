select count(*) from partners.partner
where partner_type = 'partner' and paris_day(joined_at) <= getvariable('last')
    and (left_at is null or paris_day(left_at) > getvariable('last'))
