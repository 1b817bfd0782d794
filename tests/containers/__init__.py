"""The image and the compose file, in real containers: ``make test-containers``."""
