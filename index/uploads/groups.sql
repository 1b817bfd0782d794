-- What came with format version 2: who may read a document, and whose job it is. The table is made
-- anew so that an older program that still runs fails instead of writing a document without groups.
CREATE TABLE grouped_uploads (
    document_id TEXT PRIMARY KEY,
    source TEXT NOT NULL UNIQUE,
    names TEXT NOT NULL,
    file_key TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    tags TEXT NOT NULL,
    group_names TEXT NOT NULL,
    uploaded_at TEXT NOT NULL,
    deleted INTEGER NOT NULL,
    read_as TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO grouped_uploads
SELECT document_id, source, names, file_key, content_hash, size_bytes, tags, '[]', uploaded_at,
    deleted, read_as FROM uploads;
DROP TABLE uploads;
ALTER TABLE grouped_uploads RENAME TO uploads;
CREATE INDEX uploads_by_content ON uploads (content_hash) WHERE NOT deleted;
ALTER TABLE jobs ADD COLUMN owner TEXT;
CREATE INDEX jobs_by_owner ON jobs (owner, number);
