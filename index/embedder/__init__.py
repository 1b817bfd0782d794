"""Text → unit vectors: one file for each way to do it."""
