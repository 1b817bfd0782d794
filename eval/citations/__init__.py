"""``python -m eval citations``: whether citations stand in the documents, word for word."""
