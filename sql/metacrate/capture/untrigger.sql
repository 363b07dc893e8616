DROP TRIGGER IF EXISTS ci_capture_insert ON ${relation};
DROP TRIGGER IF EXISTS ci_capture_update ON ${relation};
DROP TRIGGER IF EXISTS ci_capture_delete ON ${relation};
DROP TRIGGER IF EXISTS ci_capture_truncate ON ${relation};
