select 'the open one is carried' as what, '1' as expected, count(*)::text as found from metacrate.audio_open;
