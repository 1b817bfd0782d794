"""``eval gate``: the whole service on frozen questions, compared with the accepted state."""
