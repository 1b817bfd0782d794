-- What came with format version 3. A signature is empty where a document has too little text.
CREATE TABLE signatures (
    document INTEGER PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
    signature BLOB NOT NULL
);
CREATE INDEX documents_by_content ON documents (content_hash, source);
