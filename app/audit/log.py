"""Where acts are written."""

import json
import logging

from app.audit.act import Act

NAME = "mureum.audit"


class AuditLog:
    """Writes acts nowhere: the base of those that do."""

    def write(self, act: Act) -> None:
        """Write one act; whoever acts does not wait for it, and does not fail when it fails."""

    def close(self) -> None:
        """Return when everything is written."""


class LoggedActs(AuditLog):
    """Writes acts into the log of the process, however little else is logged."""

    def __init__(self, *, with_text: bool) -> None:
        self._with_text = with_text
        self._logger = logging.getLogger(NAME)
        self._logger.setLevel(logging.INFO)

    def write(self, act: Act) -> None:
        """Write one act; as JSON its fields are those of the line."""
        record = act.record(with_text=self._with_text)
        del record["time"]  # the line has its own
        words = [f"{name}={json.dumps(each, ensure_ascii=False)}" for name, each in record.items()]
        self._logger.info("%s", " ".join(words), extra={"fields": record})
