"""Progress of a long step: a bar on a terminal, a plain line now and then elsewhere."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_SECONDS_BETWEEN_LINES = 5.0


class StepProgress:
    """Counts what is done of one step."""

    def __init__(self, console: Console, title: str, total: int) -> None:
        self._console = console
        self._title = title
        self._total = total
        self._done = 0
        self._last_line = time.monotonic()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task(escape(title), total=total)

    def __call__(self, done: int = 1) -> None:
        """Count what was done since the last call."""
        self._done += done
        self._bar.update(self._task, completed=min(self._done, self._total))
        late = time.monotonic() - self._last_line > _SECONDS_BETWEEN_LINES
        if late and not self._console.is_terminal:
            self._last_line = time.monotonic()
            self._console.print(
                f"{escape(self._title)}: {self._done:,} of {self._total:,}", soft_wrap=True
            )

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()
