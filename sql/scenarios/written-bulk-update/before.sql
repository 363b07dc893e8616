-- One statement changes every row, twice, and a third moves tracks to other paths.
create table metacrate_tracks (id int primary key, file_path text not null, metacrate_classification jsonb);
insert into metacrate_tracks select g, '/m/' || g || '.mp3', jsonb_build_object('artist', 'A') from generate_series(1, 11000) g;
