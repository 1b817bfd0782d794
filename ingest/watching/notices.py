"""What the operating system tells of changes; without it, when to look at everything."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic

from watchfiles import Change, watch

from ingest.watching.timing import Timing

_STEP_MILLISECONDS = 100
_GROUPED_MILLISECONDS = 400
_SECONDS_BETWEEN_CHECKS = 5.0

Place = tuple[int, int] | None
"""Device and number of a folder: another one is there after a drive was mounted."""


@dataclass(frozen=True, slots=True)
class News:
    """Paths that something happened to; ``missed`` tells that there may be more."""

    paths: frozenset[Path] = frozenset()
    missed: bool = False


def news_of(
    roots: Sequence[Path], stop: Event, timing: Timing, tell: Callable[[str], None]
) -> Iterator[News]:
    """Yield news several times a second, empty ones too, until ``stop`` is set.

    Every ``timing.sweep`` seconds, and when a folder comes back, as a mounted drive does, the
    folders are watched anew, and something may have been missed. Where the system cannot watch,
    that is told in one line and everything is looked at every ``timing.poll`` seconds.
    """
    told = ""
    while not stop.is_set():
        places = _places(roots)
        try:
            yield from _watched([root for root in roots if places[root]], places, stop, timing)
        except (OSError, RuntimeError) as error:
            reason = str(error).partition(" about [")[0].rstrip(".")
            if reason != told:
                told = reason
                tell(
                    f"warning: The system cannot watch these folders ({reason}); they are looked"
                    f" through every {min(timing.poll, timing.sweep):g} seconds instead."
                )
            yield from _polled(places, stop, timing)


def _watched(
    roots: Sequence[Path], places: dict[Path, Place], stop: Event, timing: Timing
) -> Iterator[News]:
    """Yield news of the system until other folders stand in these places, or for one sweep.

    A limit of the system that new folders reach is an error only when they are watched anew.
    """
    if not roots:
        yield from _polled(places, stop, timing)
        return
    real = {Path(os.path.realpath(root)): root for root in roots}
    missed, began, checked = True, monotonic(), monotonic()
    for changes in watch(
        *roots,
        watch_filter=None,
        debounce=_GROUPED_MILLISECONDS,
        step=_STEP_MILLISECONDS,
        rust_timeout=int(1000 * timing.look),
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=False,
        debug=False,
        force_polling=False,
        ignore_permission_denied=False,
    ):
        yield News(frozenset(_paths(changes, real)), missed)
        missed = False
        if monotonic() - checked > _SECONDS_BETWEEN_CHECKS:
            checked = monotonic()
            if checked - began >= timing.sweep or _places(tuple(places)) != places:
                return


def _polled(places: dict[Path, Place], stop: Event, timing: Timing) -> Iterator[News]:
    """Yield news that something may have been missed, until it is worth trying to watch again."""
    period = min(timing.poll, timing.sweep)
    tried, looked = monotonic(), -period
    while not stop.is_set():
        due = monotonic() - looked >= period
        yield News(missed=due)
        looked = monotonic() if due else looked
        changed = _places(tuple(places)) != places
        if changed or monotonic() - tried >= timing.sweep:
            return
        stop.wait(timing.look)


def _paths(changes: set[tuple[Change, str]], real: dict[Path, Path]) -> Iterator[Path]:
    """Yield the paths as they were given to watch; a folder's own time means nothing."""
    for change, name in changes:
        path = Path(name)
        if change is not Change.modified or not path.is_dir():
            yield _as_given(path, real)


def _as_given(path: Path, real: dict[Path, Path]) -> Path:
    """Return a path below its root: some systems tell where links lead to instead."""
    if any(path.is_relative_to(root) for root in real.values()):
        return path
    for place, root in real.items():
        if path.is_relative_to(place):
            return root / path.relative_to(place)
    return path


def _places(roots: Sequence[Path]) -> dict[Path, Place]:
    return {root: _place(root) for root in roots}


def _place(root: Path) -> Place:
    try:
        found = root.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
