select 'tempi' as what, '1' as expected, count(*)::text as found from classification where bpm is not null
union all select 'confidence', '0.500000000000000', string_agg(confidence::text, ',') from classification
union all select 'reasons', '7', sum(row_count)::text from migration.misfit
union all select 'the old value is there', 'fast', bpm from metacrate.audio_tracks where id = 1
union all select 'a reason', '2', row_count::text from migration.misfit where field = 'confidence' and reason = 'is no number from 0 to 1'
union all select 'what fits', '124.50 F#m', (select k.bpm || ' ' || k.musical_key from classification k where k.bpm is not null);
