-- ${relation}: ALWAYS, so that writers with session_replication_role = replica are captured too.
CREATE TRIGGER ci_capture_insert AFTER INSERT ON ${relation} ${referencing_new} EXECUTE FUNCTION ${insert}();
CREATE TRIGGER ci_capture_update AFTER UPDATE ON ${relation} ${referencing_both} EXECUTE FUNCTION ${update}();
CREATE TRIGGER ci_capture_delete AFTER DELETE ON ${relation} ${referencing_old} EXECUTE FUNCTION ${delete}();
CREATE TRIGGER ci_capture_truncate AFTER TRUNCATE ON ${relation} FOR EACH STATEMENT EXECUTE FUNCTION ${truncate}();
ALTER TABLE ONLY ${relation} ENABLE ALWAYS TRIGGER ci_capture_insert;
ALTER TABLE ONLY ${relation} ENABLE ALWAYS TRIGGER ci_capture_update;
ALTER TABLE ONLY ${relation} ENABLE ALWAYS TRIGGER ci_capture_delete;
ALTER TABLE ONLY ${relation} ENABLE ALWAYS TRIGGER ci_capture_truncate;
