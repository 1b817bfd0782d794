"""Measures retrieval and speed; nothing imports it."""
