"""Pages that are pictures are read by a program of their own, where the settings ask for it."""
