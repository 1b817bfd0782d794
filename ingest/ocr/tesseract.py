"""Tesseract, as the system has it, reads pictures: each in a process that is confined."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import SettingsError
from ingest.errors import FileTooLargeError, MalformedFileError, ParsingTimeoutError
from ingest.isolation.limits import ParseLimits
from ingest.ocr.base import Recogniser
from ingest.settings import parser_environment

RENDERED_DPI = 300

_REVISION = 1
_SECONDS_TO_ANSWER = 30.0
_PAGE_END = "\f"
_LONGEST_COMPLAINT = 200
_LAUNCH = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    " from ingest.ocr.launching import main; main(sys.argv[2:])"
)


@dataclass(frozen=True, slots=True)
class Tesseract(Recogniser):
    """The program at this path; ``languages`` as it names them, joined by "+"."""

    program: str
    languages: str
    limits: ParseLimits

    @property
    def version(self) -> str:
        """Return what changes when other languages are read."""
        return f"ocr-{_REVISION}.{self.languages}"

    def recognise(self, picture: bytes, name: str) -> list[str]:
        """Return the text of each page; limits of time and memory are for a whole picture."""
        try:
            done = self._run(picture)
        except subprocess.TimeoutExpired as error:
            raise ParsingTimeoutError(
                f"The text in {name} was not recognised within {self.limits.seconds:g} seconds:"
                " allow more (MUREUM_INGEST_PARSE_SECONDS) and run again with --retry-failed."
            ) from error
        if done.returncode:
            raise MalformedFileError(
                f"The text in {name} cannot be recognised ({_complaint(done)}): save the picture"
                " again, or allow more memory (MUREUM_INGEST_PARSE_MEMORY_BYTES)."
            )
        if len(done.stdout) > self.limits.text_bytes:
            raise FileTooLargeError(f"The text in {name} is over the limit of a document.")
        return done.stdout.decode("utf-8", "replace").removesuffix(_PAGE_END).split(_PAGE_END)

    def _run(self, picture: bytes) -> subprocess.CompletedProcess[bytes]:
        limits = json.dumps([self.limits.seconds, self.limits.memory_bytes])
        launch = [sys.executable, "-c", _LAUNCH, json.dumps([str(_SOURCES), *sys.path]), limits]
        return subprocess.run(  # noqa: S603 - a list of words; no shell reads it
            [*launch, self.program, "stdin", "stdout", "-l", self.languages, *_OPTIONS],
            input=picture,
            capture_output=True,
            timeout=self.limits.seconds,
            env={**parser_environment(), "OMP_THREAD_LIMIT": "1"},
            start_new_session=True,
            check=False,
        )


_SOURCES = Path(__file__).parents[2]
_OPTIONS = ("--dpi", str(RENDERED_DPI))


def find_tesseract(languages: str, limits: ParseLimits) -> Tesseract:
    """Return the system's Tesseract; raise SettingsError where it or a language is missing."""
    program = shutil.which("tesseract")
    if program is None:
        raise SettingsError(
            "MUREUM_INGEST_OCR needs the program tesseract, which is not installed"
            f" ({_package('')}); install it or switch MUREUM_INGEST_OCR off."
        )
    wanted = languages.split("+")
    missing = [language for language in wanted if language not in _installed(program)]
    if missing:
        raise SettingsError(
            f"MUREUM_INGEST_OCR_LANGUAGES names {', '.join(missing)}, which tesseract has not:"
            f" install it ({', '.join(map(_package, missing))}) or name others."
        )
    return Tesseract(program, languages, limits)


def _installed(program: str) -> Sequence[str]:
    try:
        listed = subprocess.run(  # noqa: S603 - no shell, and no word from outside
            [program, "--list-langs"],
            capture_output=True,
            text=True,
            timeout=_SECONDS_TO_ANSWER,
            env=parser_environment(),
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise SettingsError(f"tesseract, which MUREUM_INGEST_OCR needs, fails: {error}") from error
    return listed.stdout.splitlines()[1:]


def _package(language: str) -> str:
    """Return how Debian and Ubuntu install it."""
    return f"apt install tesseract-ocr{language and f'-{language}'.replace('_', '-')}"


def _complaint(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return " ".join(lines[-1].split())[:_LONGEST_COMPLAINT] if lines else f"code {done.returncode}"
