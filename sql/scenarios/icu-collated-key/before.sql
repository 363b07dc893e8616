-- Chunks follow the order of the source's own index, whatever its collation; ten thousand rows are cut there.
create table file_names (name text collate "unicode" primary key);
insert into file_names select chr(97 + g % 26) || case when g % 2 = 0 then 'É' else ' e''' end || g from generate_series(1, 11000) g;
analyze file_names;
