-- Tables that only join tracks to genres or artists say nothing of either: carried whole.
create table track_genres (track_id int, genre_id int, primary key (track_id, genre_id)); insert into track_genres values (1, 1);
create table track_artists (track_id int, name text, primary key (track_id, name)); insert into track_artists values (1, 'A');
create table artist_genres (artist text, genre text, primary key (artist, genre)); insert into artist_genres values ('A', 'House'), ('A', 'Techno');
