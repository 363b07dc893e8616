-- bytea with every byte there is, empty, and a megabyte of it.
create table audio_pictures (id int primary key, b bytea);
insert into audio_pictures values (1, (select string_agg(set_byte('\x00', 0, g), '' order by g) from generate_series(0, 255) g)), (2, ''), (3, null),
  (4, decode(repeat('00ff5c0a09', 200000), 'hex'));
do $$ begin execute format('alter database %I set bytea_output to ''escape''', current_database()); end $$;
