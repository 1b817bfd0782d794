"""Question and excerpt → the few words that answer: one file or folder for each way to read."""
