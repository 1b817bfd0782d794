"""How much one sender may ask for: so many requests a minute, so many at once."""
