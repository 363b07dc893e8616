-- Times with zones of their own, 24:00, leap-like seconds, and a database with another TimeZone.
create table audio_times (id int primary key, z timetz, t time, ts timestamptz, p timestamp(3));
insert into audio_times values (1, '12:00:00.000001+05:30', '24:00:00', '2024-03-31 02:30:00 Europe/Berlin', '2024-01-01 00:00:00.1235'),
  (2, '00:00+00', '00:00', '2024-10-27 02:30:00+02', null), (3, '23:59:60-15:59', '23:59:59.999999', '1883-11-18 12:00:00 America/New_York', null);
do $$ begin execute format('alter database %I set timezone to ''Asia/Kathmandu''', current_database()); end $$;
