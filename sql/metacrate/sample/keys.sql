-- After the rows: keys, references, indexes, and a column that came later (its value lives in the catalogue, not in the rows).

alter table metacrate_tracks add primary key (id);
create index metacrate_tracks_file_path on metacrate_tracks (file_path);

alter table artists add primary key (name);
alter table artists add column verified boolean not null default false;

alter table genres add primary key (id);
alter table genres add unique (name);
alter table genres add foreign key (parent_id) references genres (id);

alter table audio_files add primary key (id);
alter table audio_files add foreign key (track_id) references metacrate_tracks (id) on delete cascade;
alter table audio_files add foreign key (artist_name) references artists (name) on update cascade on delete set null;
create index audio_files_file_hash on audio_files (file_hash);

alter table track_genres add primary key (track_id, genre_id, source);
alter table track_genres add foreign key (track_id) references metacrate_tracks (id) on delete cascade;
alter table track_genres add foreign key (genre_id) references genres (id);

alter table music_analysis add primary key (track_id, "analyserVersion");
alter table music_analysis add foreign key (track_id) references metacrate_tracks (id) on delete cascade;
