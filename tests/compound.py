"""Writes compound files (MS-CFB) for tests: enough of the format for an Outlook message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Storage: TypeAlias = "Mapping[str, bytes | Storage]"

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR = 512


def compound_file(root: Storage) -> bytes:
    """The file; streams are padded with zeros to the size below which they would be mini streams."""
    entries: list[list[object]] = []  # name, kind, child, right, start, size
    bodies: list[bytes] = []

    def add(name: str, kind: int) -> int:
        entries.append([name, kind, _FREE, _FREE, 0, 0])
        return len(entries) - 1

    def fill(storage: Storage, at: int) -> None:
        # siblings as a chain to the right, in the order that the format asks for
        before = None
        for name in sorted(storage, key=lambda n: (len(n), n.upper())):
            value = storage[name]
            k = add(name, 2 if isinstance(value, bytes) else 1)
            if before is None:
                entries[at][2] = k
            else:
                entries[before][3] = k
            before = k
            if isinstance(value, bytes):
                bodies.append(value.ljust(4096, b"\x00"))
                entries[k][5] = len(bodies[-1])
                entries[k][4] = len(bodies) - 1
            else:
                fill(value, k)

    fill(root, add("Root Entry", 5))
    sectors: list[bytes] = []
    chain: list[int] = []

    def put(data: bytes) -> int:
        first = len(sectors)
        count = max(1, -(-len(data) // _SECTOR))
        padded = data.ljust(count * _SECTOR, b"\x00")
        for k in range(count):
            sectors.append(padded[k * _SECTOR : (k + 1) * _SECTOR])
            chain.append(first + k + 1 if k + 1 < count else _END)
        return first

    directory = put(b"\x00" * 128 * len(entries))
    starts = [put(body) for body in bodies]
    table = b""
    for name, kind, child, right, start, size in entries:
        assert isinstance(name, str)
        assert isinstance(start, int)
        where = starts[start] if kind == 2 and size else _END
        numbers = (_FREE, right, child)
        table += (
            name.encode("utf-16-le").ljust(64, b"\x00")
            + (2 * len(name) + 2).to_bytes(2, "little")
            + bytes([kind, 1])  # type: ignore[list-item]
            + b"".join(n.to_bytes(4, "little") for n in numbers)  # type: ignore[attr-defined]
            + bytes(36)
            + where.to_bytes(4, "little")
            + size.to_bytes(8, "little")  # type: ignore[attr-defined]
        )
    table = table.ljust(-(-len(table) // _SECTOR) * _SECTOR, b"\x00")
    for k in range(len(table) // _SECTOR):
        sectors[directory + k] = table[k * _SECTOR : (k + 1) * _SECTOR]
    fat_sectors = 1
    while fat_sectors * (_SECTOR // 4) < len(sectors) + fat_sectors:
        fat_sectors += 1
    assert fat_sectors <= 109
    at = len(sectors)
    links = chain + [_FAT] * fat_sectors
    links += [_FREE] * (fat_sectors * (_SECTOR // 4) - len(links))
    fat = b"".join(n.to_bytes(4, "little") for n in links)
    difat = [at + k for k in range(fat_sectors)] + [_FREE] * (109 - fat_sectors)
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
        + b"\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00" + bytes(6) + bytes(4)
        + fat_sectors.to_bytes(4, "little") + directory.to_bytes(4, "little") + bytes(4)
        + (4096).to_bytes(4, "little")
        + _END.to_bytes(4, "little") + bytes(4) + _END.to_bytes(4, "little") + bytes(4)
        + b"".join(n.to_bytes(4, "little") for n in difat)
    )  # fmt: skip
    return header + b"".join(sectors) + fat
