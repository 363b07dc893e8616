-- Under a collation that takes cases for equal the source holds one of them; another table may hold both.
create collation caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create table audio_tags (tag text collate caseless primary key, n int);
insert into audio_tags values ('House', 1), ('techno', 2), ('ÉTÉ', 3);
create table audio_tags_2 (tag text primary key);
insert into audio_tags_2 values ('House'), ('house');
