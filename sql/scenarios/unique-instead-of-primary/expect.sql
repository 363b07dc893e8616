select 'key' as what, 'b,a' as expected, (select string_agg(k, ',') from jsonb_array_elements_text(description->'key') k) as found from migration.source_table;
