"""The reader that comes with the service: the bundled encoder with trained upper layers."""
