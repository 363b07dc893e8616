-- Arrays of several dimensions, with bounds of their own, NULLs, quotes and nothing in them.
create table audio_arrays (id int primary key, i int[][], t text[], f float8[], b bytea[], j jsonb[], d timestamptz[]);
insert into audio_arrays values
  (1, '{{1,2},{3,4}}', array['', null, 'a,b', '"', '\', E'\t', 'NULL', '{}'], '{NaN,-0,Infinity}', array['\x00'::bytea, '\xff'], array['{"a": 1}'::jsonb], '{infinity,2020-01-01 00:00:00+02}'),
  (2, '[0:1][5:5]={{1},{2}}', '{}', '{}', null, array['null'::jsonb, null], '{}'), (3, '[-2:-1]={1,2}', '{{{{{{x}}}}}}', null, null, null, null);
