select 'the other one is carried' as what, '1' as expected, count(*)::text as found from metacrate.audio_fine;
