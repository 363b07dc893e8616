select 'four tracks' as what, '4' as expected, count(*)::text as found from track
union all select 'an emoji is a title', '🎵', title from classification where title is not null;
