"""Folders are kept ingested while their files change: ``python -m ingest --watch``."""
