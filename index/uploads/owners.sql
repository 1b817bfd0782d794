-- What came with format version 3: whose quota an upload counts against.
ALTER TABLE uploads ADD COLUMN owner TEXT;
CREATE INDEX uploads_by_owner ON uploads (owner, size_bytes) WHERE NOT deleted;
