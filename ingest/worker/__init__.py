"""The worker: brings the index in line with what was handed over to the service."""
