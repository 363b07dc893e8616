-- Values of megabytes, kept out of line in the source, compressed or not; a chunk holds fewer such rows.
create table audio_waveforms (id int primary key, t text, j jsonb);
alter table audio_waveforms alter column t set storage external;
insert into audio_waveforms select g, repeat(md5(g::text), 60000), jsonb_build_object('p', repeat('x', 500000)) from generate_series(1, 12) g;
analyze audio_waveforms;
