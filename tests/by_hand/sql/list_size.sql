select count(*) from subscribers
where joined <= getvariable('last') and (gone is null or gone > getvariable('last'))
