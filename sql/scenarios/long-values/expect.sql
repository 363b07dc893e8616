select 'lengths' as what, '23040000' as expected, sum(length(t))::text as found from metacrate.audio_waveforms;
