-- What came with format version 4. A document without a row here is open to everybody.
CREATE TABLE document_groups (
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    group_name TEXT NOT NULL,
    PRIMARY KEY (document, group_name)
) WITHOUT ROWID;
