"""The embedded index: SQLite is the truth; BM25 (tantivy) and FAISS follow it."""
