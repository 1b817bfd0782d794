"""The search index: what is stored, how it is searched, and how text becomes terms and vectors."""
