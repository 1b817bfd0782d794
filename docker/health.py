"""Exits with 0 when the service in this container is alive, else with 1."""

import http.client
import os
import sys

SECONDS = 4


def is_alive() -> bool:
    """Return whether ``GET /health`` says so."""
    port = int(os.environ.get("MUREUM_APP_PORT", "8000"))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_alive() else 1)
