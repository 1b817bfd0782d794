"""``python -m eval injection``: what instructions in documents can do to an answer."""
