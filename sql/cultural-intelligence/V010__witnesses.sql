-- What follows from what a file said, beside what it said: for a report, and for whoever repairs.
ALTER TABLE migration.file_witness ADD COLUMN verdict text
    CHECK (verdict IN ('MIGRATION_FAULT', 'SOURCE_WRONG', 'FILE_CHANGED', 'FILE_MISSING', 'EQUIVALENT'));
