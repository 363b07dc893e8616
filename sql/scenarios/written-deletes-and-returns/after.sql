delete from artists where id in (1, 7000, 12000);

insert into artists values (1, 'came back', -1), (12000, 'came back too', -2);

delete from artists where id between 300 and 320;

insert into artists select g, 'again ' || g, 0 from generate_series(310, 320) g;

-- and after the last chunk

delete from artists where id in (2, 7001);

insert into artists values (2, 'back', -3), (7000, 'late', -4);

delete from artists where id = 2;
