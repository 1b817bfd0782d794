"""``eval abstention``: how well the service knows that it does not know."""
