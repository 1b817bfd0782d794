"""Makes the weights that ship with the service, from question sets: one command, seeded."""
