CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE documents (
    document INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    media_type TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    recipe TEXT NOT NULL,
    length INTEGER NOT NULL,
    page_starts TEXT NOT NULL,
    metadata TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    modified_at TEXT,
    ingested_at TEXT NOT NULL,
    parents INTEGER NOT NULL,
    children INTEGER NOT NULL
);

CREATE TABLE document_tags (
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (document, tag)
) WITHOUT ROWID;
CREATE INDEX document_tags_by_tag ON document_tags (tag, document);

-- The revision of a parent or child is the one that added it: a follower asks for what is newer
-- than itself, BM25 among the parents, dense search among the children.
CREATE TABLE parents (
    parent INTEGER PRIMARY KEY AUTOINCREMENT,
    parent_id INTEGER NOT NULL UNIQUE,
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    heading TEXT NOT NULL,
    revision INTEGER NOT NULL
);
CREATE INDEX parents_by_document ON parents (document);
CREATE INDEX parents_by_revision ON parents (revision);

-- A child's text is stored once; the text of its parent and document is the children's, joined.
CREATE TABLE children (
    child INTEGER PRIMARY KEY AUTOINCREMENT,
    child_id INTEGER NOT NULL UNIQUE,
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    parent INTEGER NOT NULL REFERENCES parents ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    context TEXT NOT NULL,
    text_hash BLOB NOT NULL,
    revision INTEGER NOT NULL
);
CREATE INDEX children_by_document ON children (document, start, "end", child_id);
CREATE INDEX children_to_parents ON children (child_id, parent);
CREATE INDEX children_by_parent ON children (parent, start);
CREATE INDEX children_by_text ON children (text_hash);
CREATE INDEX children_by_revision ON children (revision);

CREATE TABLE embeddings (
    child INTEGER PRIMARY KEY REFERENCES children ON DELETE CASCADE,
    vector BLOB NOT NULL
);

-- What followers must forget: parents and children. One that came back later is in its own table
-- too, and that one wins.
CREATE TABLE tombstones (
    level TEXT NOT NULL,
    revision INTEGER NOT NULL,
    chunk_id INTEGER NOT NULL,
    PRIMARY KEY (level, revision, chunk_id)
) WITHOUT ROWID;

-- The content hash of a failure names what was tried: the bytes, and the recipe they were read by.
CREATE TABLE failures (
    source TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    failed_at TEXT NOT NULL
) WITHOUT ROWID;
