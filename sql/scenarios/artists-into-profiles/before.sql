-- Artist rows become profiles: one entry a row, one profile a name and genre, and no validated track that nobody validated.
create table artists (id int primary key, name text, sort_name text, aliases text[], country char(2), genre text);
insert into artists values (1, 'Deadmau5', 'Zimmerman, Joel', '{Testpilot,"Joel, Z","NULL"}', 'CA', 'House'), (2, 'DEADMAU5 ', null, null, null, 'House'),
  (3, '  ', null, '{}', null, 'Techno'), (4, null, null, null, null, null), (5, 'Björk', null, null, 'IS', null);
