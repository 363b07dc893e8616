-- Enums with quotes, commas, spaces, emptiness and an order that is not the alphabet's; in arrays too.
create schema "Odd ""S";
create type "Odd ""S"."My Mood" as enum ('z', 'a', '', 'o''k', 'with, comma', 'ünï {} "x"', E'back\\slash');
create type audio_empty as enum ();
create type "a_type_whose_name_fills_all_of_the_sixty_three_bytes_there_are_" as enum ('x');
create table audio_moods (id int primary key, m "Odd ""S"."My Mood", a "Odd ""S"."My Mood"[], e audio_empty,
  l "a_type_whose_name_fills_all_of_the_sixty_three_bytes_there_are_");
insert into audio_moods values (1, 'z', '{a,"","with, comma",NULL}', null, 'x'), (2, '', '{}', null, null), (3, E'back\\slash', array['o''k']::"Odd ""S"."My Mood"[], null, 'x'), (4, 'ünï {} "x"', null, null, null);
