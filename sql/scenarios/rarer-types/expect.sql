select 'xml keeps its declaration' as what, '<?xml version="1.0" encoding="latin1"?><a>é</a>' as expected, x::text as found from metacrate.audio_rare where id = 1
union all select 'money', '-$0.01', m::text from metacrate.audio_rare where id = 2;
