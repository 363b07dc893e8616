-- ON CONFLICT updates, inserts and does nothing; a statement that changes a row to what it was; one rolled back to a savepoint.
create table artists (id int primary key, name text, plays int);
insert into artists select g, 'artist ' || g, g from generate_series(1, 12000) g;
