"""Question and passages → scores, read together: one file for each way to do it."""
