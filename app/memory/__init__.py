"""Conversations: sessions and their turns in SQLite or PostgreSQL, one file for each concern."""
