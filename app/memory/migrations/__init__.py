"""How the tables came to be, one file for each change; run by ``app/memory/migrate.py``."""
