select 'first in order' as what, 'z' as expected, (select x.m::text from metacrate.audio_moods x order by x.m limit 1) as found
union all select 'last in order', 'back\slash', (select x.m::text from metacrate.audio_moods x order by x.m desc limit 1)
union all select 'labels', '{a,"","with, comma",NULL}', a::text from metacrate.audio_moods where id = 1;
