select 'bounds' as what, '120.00-130.00' as expected, bpm_low || '-' || bpm_high as found from genre where name = 'House' and parent_id is null
union all select 'parents', 'Deep House>House,House>Deep House,Tech House>House', string_agg(c.name || '>' || p.name, ',' order by c.name) from genre c join genre p on p.id = c.parent_id
union all select 'aliases', '{"House Music"}', aliases::text from genre where bpm_low = 120
union all select 'known to the taxonomy', 'Deep House', canonical from genre where name = 'Deep House';
