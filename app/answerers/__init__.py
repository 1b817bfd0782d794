"""Question and found sections → statements with evidence: one file for each way to do it."""
