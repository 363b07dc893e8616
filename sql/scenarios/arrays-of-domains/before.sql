-- An array of a domain becomes an array of the type below it; one of arrays is carried as its text.
create domain rating as int check (value between 0 and 5);
create domain pair as int[];
create table audio_ratings (id int primary key, r rating[], p pair[]);
insert into audio_ratings values (1, '{1,NULL,5}', '{"{1,2}","{3}"}'), (2, '{}', null);
