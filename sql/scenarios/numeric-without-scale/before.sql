-- numeric without a scale keeps trailing zeros and any number of digits, and knows NaN and infinity.
create table audio_figures (id int primary key, n numeric, m numeric(12,4));
insert into audio_figures values (1, 1.500, 1.5), (2, 'NaN', 'NaN'), (3, 'Infinity', null), (4, '-Infinity', 0),
  (5, 12345678901234567890.12345678901234567890, -0.0001), (6, 1e-1000, 99999999.9999), (7, 0.000, null), (8, 1e100, null);
