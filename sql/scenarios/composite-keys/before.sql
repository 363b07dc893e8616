-- Keys of several columns in an order of their own, over chunk bounds.
create table track_genres (track text, genre int, note text, primary key (genre, track));
insert into track_genres select 'T' || g, g % 7, E'\\' || g from generate_series(1, 12000) g;
