"""A follow-up and what was said before → a question that stands alone: one file for each way."""
