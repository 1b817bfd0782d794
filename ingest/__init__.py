"""Offline: files become documents, documents become chunks, chunks go into the index."""
