-- xml, bits, money, addresses, text search, geometry, LSNs: whatever the server itself knows.
create table audio_rare (id int primary key, x xml, b bit(5), vb varbit, m money, i inet, c cidr, a macaddr, a8 macaddr8, v tsvector, q tsquery,
  p point, l line, bx box, pa path, po polygon, ci circle, ls pg_lsn, o oid, n name, s pg_snapshot, jp jsonpath);
insert into audio_rare values (1, '<?xml version="1.0" encoding="latin1"?><a>é</a>', B'10101', B'1', 12.34, '192.168.0.1/24', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05',
  '''a b'':1A c:2', 'a & !b', '(1,-0)', '{1,2,3}', '((0,0),(1,1))', '[(0,0),(1,1)]', '((0,0),(1,1),(2,0))', '<(1,2),3>', '16/B374D848', 4294967295, 'n', '10:20:10,14', '$.a[*]'),
  (2, 'text only', B'00000', B'', -0.01, '::1', '::/0', 'ff:ff:ff:ff:ff:ff', null, '', '', null, null, null, null, null, null, '0/0', 0, '', null, null);
