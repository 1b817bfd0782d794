"""How soon an edited paragraph is found in a large index, and how many chunks it embeds."""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from eval.bench.building import build
from eval.bench.figures import Figure
from eval.bench.generated import paragraph
from eval.bench.processes import in_own_process
from eval.bench.synthetic import Collection, GivenVectors
from index.analyzer import Analyzer, KoreanEnglishAnalyzer
from index.base import SearchIndex, Vector
from index.embedded.index import EmbeddedIndex
from index.embedder.base import Embedder, TextKind
from index.embedder.registry import build_embedder
from index.settings import IndexSettings, load_settings
from ingest.run import RunOptions, ingest

_SLOWEST_SECONDS = 1.0
_MOST_EMBEDDED = 4
_CANDIDATES = 10
_LONGEST_WAIT_SECONDS = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--chunks", type=int, default=100_000, metavar="N", help="(100000)")
    parser.add_argument("--edits", type=int, default=10, metavar="N", help="(10)")
    parser.add_argument(
        "--paragraphs", type=int, default=200, metavar="N", help="of the edited document (200)"
    )


def run(options: argparse.Namespace) -> list[Figure]:
    """Return the seconds of each edit until a reader that was open before finds its words."""
    settings = load_settings(IndexSettings)
    embedder = build_embedder(
        settings.embedder, cache_dir=settings.cache_dir, precision=settings.precision
    )
    analyzer = KoreanEnglishAnalyzer()
    analyzer.terms("물음")
    with tempfile.TemporaryDirectory(prefix="mureum-bench-") as name:
        base = Path(name)
        in_own_process(_build, base / "index", options.chunks, (embedder.name, embedder.dimension))
        bench = _Edits(base, embedder, analyzer, options.paragraphs)
        edits = [bench.edit(number) for number in range(options.edits + 1)][1:]
    seconds = [edit[0] for edit in edits]
    group = f"one paragraph of {options.paragraphs} edited among {options.chunks:,} chunks"
    return [
        Figure(
            group,
            "from the start of work until found, median",
            statistics.median(seconds),
            "s",
            at_most=_SLOWEST_SECONDS,
        ),
        Figure(group, "slowest", max(seconds), "s"),
        Figure(
            group,
            "chunks embedded, at most",
            max(edit[1] for edit in edits),
            at_most=_MOST_EMBEDDED,
        ),
    ]


def _build(folder: Path, chunks: int, identity: tuple[str, int]) -> None:
    build(folder, Collection(chunks), GivenVectors(*identity), KoreanEnglishAnalyzer())


class _Edits:
    """A file beside the index, edited again and again."""

    def __init__(self, base: Path, embedder: Embedder, analyzer: Analyzer, paragraphs: int) -> None:
        self._base = base
        self._embedder = embedder
        self._analyzer = analyzer
        self._file = base / "long.txt"
        self._paragraphs = [paragraph(number) for number in range(paragraphs)]
        self._write()
        with self._open() as index:
            self._ingest(index)

    def edit(self, number: int) -> tuple[float, int]:
        """Edit a paragraph; return the seconds until it is found and the chunks embedded."""
        word = f"zq{number}x"
        place = (number * 37) % len(self._paragraphs)
        text = f"새 암호는 {word} 입니다. {paragraph(number + 10_000)}"
        self._paragraphs[place] = text
        self._write()
        vector = self._embedder.encode([text], TextKind.QUERY)[0]
        with self._open() as reader:
            _finds(reader, word, vector)  # it is open, as a service is, when the edit comes
            started = time.perf_counter()
            with self._open() as index:
                embedded = self._ingest(index)
            limit = started + _LONGEST_WAIT_SECONDS
            while not _finds(reader, word, vector):
                if time.perf_counter() > limit:
                    raise TimeoutError(f"The edit was not found within {_LONGEST_WAIT_SECONDS} s.")
                time.sleep(0.001)
            return time.perf_counter() - started, embedded

    def _write(self) -> None:
        self._file.write_text("\n\n".join(self._paragraphs), encoding="utf-8")

    def _open(self) -> EmbeddedIndex:
        return EmbeddedIndex(self._base / "index", self._embedder, self._analyzer)

    def _ingest(self, index: SearchIndex) -> int:
        return ingest(index, RunOptions([self._file], self._base), lambda _: None).embedded


def _finds(reader: SearchIndex, word: str, vector: Vector) -> bool:
    """Return whether words find the parent, and meaning the child, that hold this word."""
    with reader.snapshot() as snapshot:
        lexical = {hit.chunk_id for hit in snapshot.search_lexical(word, _CANDIDATES)}
        dense = [hit.chunk_id for hit in snapshot.search_dense(vector, _CANDIDATES)]
        passages = snapshot.passages(dense)
    return any(word in found.text and found.parent_id in lexical for found in passages.values())
