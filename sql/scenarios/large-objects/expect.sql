select 'the number' as what, 'true' as expected, (data > 0)::text as found from metacrate.audio_blobs;
