-- What each handed-over document should be. The file of an upload is one of those in files.
CREATE TABLE uploads (
    document_id TEXT PRIMARY KEY,
    source TEXT NOT NULL UNIQUE,
    names TEXT NOT NULL,
    file_key TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    tags TEXT NOT NULL,
    uploaded_at TEXT NOT NULL,
    deleted INTEGER NOT NULL,
    read_as TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX uploads_by_content ON uploads (content_hash) WHERE NOT deleted;

-- Every file that must stay on the disk: the present one of a document, and older ones until the
-- last job of the document is done.
CREATE TABLE files (
    file_key TEXT PRIMARY KEY,
    document_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX files_by_document ON files (document_id);

-- A job that waits has no lease: it is due at any time.
CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    document_id TEXT NOT NULL,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at TEXT NOT NULL,
    stage TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    crashes INTEGER NOT NULL,
    started_at TEXT,
    finished_at TEXT,
    worker TEXT NOT NULL,
    leased_until REAL NOT NULL,
    alone INTEGER NOT NULL,
    duplicate INTEGER NOT NULL
);
CREATE INDEX jobs_by_state ON jobs (state, number);
CREATE INDEX open_jobs ON jobs (document_id, number) WHERE state IN ('waiting', 'running');
CREATE INDEX open_jobs_by_number ON jobs (number) WHERE state IN ('waiting', 'running');
