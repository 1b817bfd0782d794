"""Indexes to back up, and backups altered by hand, for tests of making and restoring them."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from index.analyzer import WhitespaceAnalyzer
from index.embedded.archive import CHECKSUMS, HEADER
from index.embedded.index import EmbeddedIndex
from index.embedder.hashing import HashingEmbedder
from tests.documents import chunked

Members = dict[str, bytes]


def open_index(data: Path, dimension: int = 64) -> EmbeddedIndex:
    """Return the index of a data folder."""
    return EmbeddedIndex(data / "index", HashingEmbedder(dimension), WhitespaceAnalyzer())


def put(data: Path, *sources: str) -> None:
    """Store a document of one line for each of these sources, which the line names."""
    with open_index(data) as index, index.writer() as writer:
        writer.put([chunked(source, [f"문서 {source} 의 내용"]) for source in sources])
        writer.publish()


def sources_in(index: EmbeddedIndex) -> set[str]:
    """Return the sources of all documents."""
    with index.snapshot() as snapshot:
        return {document.source for document in snapshot.documents(limit=1000).documents}


def problems_of(data: Path) -> list[str]:
    """Return what doctor finds wrong."""
    with open_index(data) as index:
        return [finding.message for finding in index.examine() if finding.problem]


def members_of(file: Path) -> Members:
    """Return what a backup holds, by name."""
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_members(file: Path, members: Mapping[str, bytes]) -> None:
    """Write members in their order, as they are."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)


def altered(file: Path, alter: Callable[[Members], None]) -> None:
    """Alter a backup as someone would who makes the checksums right again."""
    members = members_of(file)
    del members[CHECKSUMS]
    alter(members)
    sums = {
        name: {"size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in members.items()
    }
    write_members(file, {**members, CHECKSUMS: json.dumps(sums).encode()})


def altered_header(file: Path, **values: object) -> None:
    """Alter what a backup says of itself."""

    def alter(members: Members) -> None:
        members[HEADER] = json.dumps({**json.loads(members[HEADER]), **values}).encode()

    altered(file, alter)
