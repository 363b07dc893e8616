-- Schemas, tables and columns with spaces, quotes, capitals, dots, reserved words and other scripts.
create schema "Crate ""2"".x";
create table "Crate ""2"".x"."My ""Tracks"" v1.0" ("Id Nr" int primary key, "a.b" text, "select" text, "order" int, "ci" text, "it's" text, "naïve ❷" text, " " text);
insert into "Crate ""2"".x"."My ""Tracks"" v1.0" values (1, 'x', 'y', 3, 'z', 'w', 'v', 'u');
create table "Музыка_music" (id int primary key); insert into "Музыка_music" values (7);
create table "AUDIO" (id int primary key); insert into "AUDIO" values (1); create table audio (id int primary key); insert into audio values (2);
