select 'the other' as what, '1' as expected, count(*)::text as found from metacrate.audio_ids;
