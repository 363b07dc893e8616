-- Intervals keep months, days and time apart: 30 days is not a month, and signs may differ.
create table audio_lengths (id int primary key, i interval, s interval second(3));
insert into audio_lengths values (1, '1 year -2 mons 3 days -04:05:06.7', '1.2345'), (2, '30 days', null), (3, '1 mon', null),
  (4, '-178000000 years', null), (5, '00:00:00', null), (6, '100:00:00', null);
