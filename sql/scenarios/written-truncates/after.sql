truncate artists;

insert into artists select g, 'new ' || g, 0 from generate_series(5000, 5100) g;

-- and after the last chunk

insert into artists select g, 'newer ' || g, 0 from generate_series(1, 50) g;

truncate artists;

insert into artists values (1, 'the only one', 1), (20000, 'and another', 2);
