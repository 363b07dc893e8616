-- Ranges and multiranges: empty, endless, with bounds in or out; and a range type of one's own.
create type loudness as range (subtype = float8);
create table audio_ranges (id int primary key, i int4range, n numrange, t tstzrange, d daterange, m nummultirange, im int4multirange, l loudness);
insert into audio_ranges values (1, '(1,10]', '(1.5,2.50]', '["2020-01-01 00:00:00+02",)', '[2020-01-01,infinity)', '{[1.5,2),(3,)}', '{}', '[-0.1,0.3)'),
  (2, 'empty', '(,)', 'empty', '(,2020-01-01)', '{}', '{[1,3),[7,9)}', 'empty'), (3, null, null, null, null, null, null, null);
