-- Floating point as it is: -0, NaN, infinities, the smallest number there is, and 0.1 + 0.2.
create table audio_levels (id int primary key, d double precision, f real);
insert into audio_levels values (1, '-0', '-0'), (2, 'NaN', 'NaN'), (3, 'Infinity', '-Infinity'), (4, 4.9e-324, 1.4e-45),
  (5, 0.1::float8 + 0.2::float8, 0.1), (6, 1.7976931348623157e308, 3.4028235e38), (7, 2.2250738585072011e-308, 1.17549421e-38), (8, null, null);
