"""Small Outlook mails made in code: compound files (OLE2) of property streams, for tests."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

SECTOR, SMALL_SECTOR, SMALLEST_LARGE = 512, 64, 4096
END, FAT_SECTOR, FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5
NUMBER, TIME = 0x0003, 0x0040

Fixed = Mapping[int, int | datetime]


@dataclass
class Item:
    """An Outlook item: texts and bytes by property number, items of it by the names of storages."""

    texts: Mapping[int, str] = field(default_factory=dict)
    binaries: Mapping[int, bytes] = field(default_factory=dict)
    fixed: Fixed = field(default_factory=dict)
    narrow: str = ""
    receivers: Sequence["Item"] = ()
    files: Sequence["Item"] = ()
    mail: "Item | None" = None


def msg_file(item: Item) -> bytes:
    """Return the file; texts are UTF-16, or in the code page ``narrow``."""
    return compound_file(_streams(item, "", bytes(32)))


def receiver(name: str, address: str, kind: int = 1) -> Item:
    """Return somebody who gets the mail: kind 1 "to", 2 "cc", 3 "bcc"."""
    return Item({0x3001: name, 0x39FE: address}, fixed={0x0C15: kind})


def attached(name: str, content: bytes) -> Item:
    """Return a file in a mail."""
    return Item({0x3707: name}, {0x3701: content})


def _streams(item: Item, prefix: str, head: bytes) -> dict[str, bytes]:
    streams = {f"{prefix}__properties_version1.0": head + _entries(item.fixed)}
    kind, encoding = ("001E", item.narrow) if item.narrow else ("001F", "utf-16-le")
    for tag, text in item.texts.items():
        streams[f"{prefix}__substg1.0_{tag:04X}{kind}"] = text.encode(encoding)
    for tag, content in item.binaries.items():
        streams[f"{prefix}__substg1.0_{tag:04X}0102"] = content
    for storage, members in (("recip", item.receivers), ("attach", item.files)):
        for number, member in enumerate(members):
            below = f"{prefix}__{storage}_version1.0_#{number:08X}/"
            streams |= _streams(member, below, bytes(8))
    if item.mail:
        streams |= _streams(item.mail, f"{prefix}__substg1.0_3701000D/", bytes(24))
    return streams


def _entries(fixed: Fixed) -> bytes:
    entries = b""
    for tag, value in fixed.items():
        if isinstance(value, datetime):
            ticks = int((value - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
            entries += struct.pack("<HHIQ", TIME, tag, 6, ticks)
        else:
            entries += struct.pack("<HHIQ", NUMBER, tag, 6, value)
    return entries


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """Return a compound file of streams by their paths; small ones lie in the small sectors."""
    storages = {path[:place] for path in streams for place, sign in enumerate(path) if sign == "/"}
    names = ["", *sorted(storages), *streams]
    small = {path: data for path, data in streams.items() if len(data) < SMALLEST_LARGE}
    small_bytes, small_table, starts = _sectors(small, SMALL_SECTOR, 0)
    small_fat = struct.pack(f"<{len(small_table)}I", *small_table)
    parts = {
        "directory": bytes(128 * len(names)),
        "small table": small_fat,
        "small": small_bytes,
        **{path: data for path, data in streams.items() if path not in small},
    }
    fat_sectors = 1 + sum(-(-len(data) // SECTOR) for data in parts.values()) // 126
    body, table, places = _sectors(parts, SECTOR, fat_sectors)
    places |= starts
    places[""] = places["small"]
    sizes = {path: len(data) for path, data in streams.items()} | {"": len(small_bytes)}
    directory = _directory(names, sizes, places)
    body = _padded(directory, SECTOR) + body[len(_padded(directory, SECTOR)) :]
    table = [FAT_SECTOR] * fat_sectors + table
    table += [FREE] * (fat_sectors * 128 - len(table))
    header = _header(fat_sectors, places, len(small_fat))
    return header + struct.pack(f"<{len(table)}I", *table) + body


def _sectors(
    streams: Mapping[str, bytes], size: int, first: int
) -> tuple[bytes, list[int], dict[str, int]]:
    """Return the streams in sectors, the chain of each, and where it begins."""
    body, table, starts = b"", [], {}
    for path, data in streams.items():
        place = first + len(table)
        count = -(-len(data) // size)
        starts[path] = place if count else END
        table += [*range(place + 1, place + count), END] if count else []
        body += _padded(data, size)
    return body, table, starts


def _padded(data: bytes, size: int) -> bytes:
    return data.ljust(-(-len(data) // size) * size, b"\0")


def _header(fat_sectors: int, places: Mapping[str, int], small_table_length: int) -> bytes:
    small = places["small table"], -(-small_table_length // SECTOR)
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
        + struct.pack("<IIII", 0, fat_sectors, places["directory"], 0)
        + struct.pack("<IIIII", SMALLEST_LARGE, *small, END, 0)
        + struct.pack("<109I", *range(fat_sectors), *[FREE] * (109 - fat_sectors))
    )


def _directory(names: Sequence[str], sizes: Mapping[str, int], places: Mapping[str, int]) -> bytes:
    """Return the entries; those of one storage hang upon one another, each right of the last."""
    entries = b""
    for path in names:
        below = [
            name for name in names if name and name.rpartition("/")[0] == path and path != name
        ]
        if path in sizes and path:
            below = []
        beside = [
            name for name in names if name and name.rpartition("/")[0] == path.rpartition("/")[0]
        ]
        after = beside[beside.index(path) + 1 :] if path else []
        kind = ROOT if not path else STREAM if path in sizes else STORAGE
        title = (path.rpartition("/")[2] or "Root Entry").encode("utf-16-le") + b"\0\0"
        entries += title.ljust(64, b"\0") + struct.pack("<HBB", len(title), kind, 1)
        entries += struct.pack("<II", FREE, names.index(after[0]) if after else FREE)
        entries += struct.pack("<I", names.index(below[0]) if below else FREE) + bytes(36)
        entries += struct.pack("<IQ", places.get(path, 0), sizes.get(path, 0))
    return entries
