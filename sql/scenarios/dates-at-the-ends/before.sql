-- Dates before Christ, at both infinities and at the last microsecond.
create table audio_dates (id int primary key, d date, t timestamp, z timestamptz);
insert into audio_dates values (1, '0044-03-15 BC', '0044-03-15 12:00:00 BC', '0044-03-15 12:00:00+00 BC'),
  (2, 'infinity', 'infinity', '-infinity'), (3, '4713-01-01 BC', '294276-12-31 23:59:59.999999', '4713-01-02 00:00:00+00 BC'),
  (4, '5874897-12-31', '0001-01-01 00:00:00.000001', '9999-12-31 23:59:59.999999+00');
