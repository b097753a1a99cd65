"""Small PDFs for the tests, made without a font: every letter is half its size wide.

A reader of the text layer needs codes, places and a table of what the codes mean, no glyphs.
"""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT = 595, 842
LEFT, RIGHT = 85, 540
SIZE, STEP = 12, 16


def width(text: str, size: float = SIZE) -> float:
    return len(text) * size / 2


class Pdf:
    """Pages that are written on from the top down; `y` is where the next line stands."""

    def __init__(self, *, readable: bool = True, rotate: int = 0) -> None:
        self.readable, self.rotate = readable, rotate
        self.pages: list[list[str]] = [[]]
        self.signatures: list[tuple[int, tuple[float, ...], str]] = []
        self.y = 60.0

    def text(self, x: float, y: float, text: str, size: float = SIZE, *, page: int = -1) -> None:
        self.pages[page].append(_shown(*self._place(x, y), text, size, turn=self.rotate))

    def _place(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page as it is shown, from its top left corner, on PDF's axes."""
        if self.rotate == 90:
            return y, x
        if self.rotate == 180:
            return WIDTH - x, y
        if self.rotate == 270:
            return WIDTH - y, HEIGHT - x
        return x, HEIGHT - y

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.pages[-1].append(f"{x0} {HEIGHT - y0} m {x1} {HEIGHT - y1} l S")

    def shade(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.pages[-1].append(f"1 g {x0} {HEIGHT - y1} {x1 - x0} {y1 - y0} re f 0 g")

    def new_page(self) -> None:
        self.pages.append([])
        self.y = 60.0

    def centred(self, text: str, left: float = LEFT, right: float = RIGHT) -> None:
        self.text((left + right - width(text)) / 2, self.y, text)
        self.y += STEP

    def side_by_side(self, left: Sequence[str], right: Sequence[str]) -> None:
        """Two columns of centred lines; "" leaves a line out."""
        top = self.y
        for text in left:
            self.centred(text, LEFT, 260)
        bottom, self.y = self.y, top
        for text in right:
            self.centred(text, 280, RIGHT)
        self.y = max(bottom, self.y) + STEP

    def paragraph(
        self, text: str, *, indent: float = 28, hang: float = 0, bottom: float = 780
    ) -> None:
        """Justified lines, the first one indented; goes on on the next page.

        hang: where the other lines begin; a mark before them ("-") stands left of it.
        """
        words, x = text.split(), LEFT + indent
        if hang:
            self.text(x, self.y, words.pop(0))
            x = LEFT + hang
        while words:
            line = [words.pop(0)]
            while words and x + width(" ".join([*line, words[0]])) <= RIGHT:
                line.append(words.pop(0))
            free = RIGHT - x - width("".join(line))
            gap = free / (len(line) - 1) if words and len(line) > 1 else width(" ")
            if self.y > bottom:
                self.new_page()
            for word in line:
                self.text(x, self.y, word)
                x += width(word) + gap
            x, self.y = LEFT + hang, self.y + STEP
        self.y += 2

    def table(self, rows: Sequence[Sequence[str]], *, edges: Sequence[float]) -> None:
        """Ruled cells, their words one below the other where they are longer than the cell."""
        self.line(edges[0], self.y - STEP, edges[-1], self.y - STEP)
        for row in rows:
            top, bottom = self.y - STEP, self.y
            for cell, x, end in zip(row, edges, edges[1:], strict=False):
                y, line = self.y, ""
                for word in [*cell.split(), ""]:
                    if not word or width(f"{line} {word}") > end - x - 4:
                        self.text(x + 2, y, line)
                        y, line = y + STEP, word
                    else:
                        line = f"{line} {word}".strip()
                bottom = max(bottom, y - STEP + 4)
            for x in edges:
                self.line(x, top, x, bottom)
            self.line(edges[0], bottom, edges[-1], bottom)
            self.y = bottom + STEP

    def sign(self, x: float, y: float, lines: Sequence[str], *, size: float = 8) -> None:
        """What a signing tool puts on the last page: a field of its own, not text of the page."""
        wide = max(width(line, size) for line in lines) + 4
        high = (size + 2) * len(lines) + 4
        shown = " ".join(
            _shown(2, high - (size + 2) * (k + 1), line, size) for k, line in enumerate(lines)
        )
        box = (x, HEIGHT - y, x + wide, HEIGHT - y + high)
        self.signatures.append((len(self.pages) - 1, box, shown))

    def made(self) -> bytes:
        objects = _Objects()
        font = self._font(objects)
        pages = objects.add("")  # written below, when its kids are known
        kids, fields = [], []
        for index, ops in enumerate(self.pages):
            notes = []
            for where, (x0, y0, x1, y1), shown in self.signatures:
                if where != index:
                    continue
                look = objects.add(
                    f"/Type/XObject/Subtype/Form/BBox[0 0 {x1 - x0} {y1 - y0}]"
                    f"/Resources<</Font<</F {font} 0 R>>>>",
                    shown,
                )
                notes.append(
                    objects.add(
                        f"/Type/Annot/Subtype/Widget/FT/Sig/T(S{look})/F 4"
                        f"/Rect[{x0} {y0} {x1} {y1}]/AP<</N {look} 0 R>>"
                    )
                )
            content = objects.add("", "\n".join(ops))
            kids.append(
                objects.add(
                    f"/Type/Page/Parent {pages} 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]"
                    f"/Rotate {self.rotate}/Contents {content} 0 R/Annots[{_listed(notes)}]"
                    f"/Resources<</Font<</F {font} 0 R>>>>"
                )
            )
            fields += notes
        objects.set(pages, f"/Type/Pages/Count {len(kids)}/Kids[{_listed(kids)}]")
        root = objects.add(
            f"/Type/Catalog/Pages {pages} 0 R/AcroForm<</Fields[{_listed(fields)}]>>"
        )
        return objects.file(root)

    def _font(self, objects: _Objects) -> int:
        """A font whose codes are UTF-16; without the table that says so where not readable."""
        rows = [f"<{k:02x}00> <{k:02x}ff> <{k:02x}00>" for k in range(256)]
        blocks = [
            "\n".join(["64 beginbfrange", *rows[k : k + 64], "endbfrange"])
            for k in range(0, 256, 64)
        ]
        meaning = objects.add(
            "",
            "\n".join(
                [
                    "/CIDInit /ProcSet findresource begin begincmap /CMapName /U def",
                    "1 begincodespacerange <0000> <ffff> endcodespacerange",
                    *blocks,
                    "endcmap end",
                ]
            ),
        )
        look = objects.add(
            "/Type/FontDescriptor/FontName/Any/Flags 4/Ascent 900/Descent -200/ItalicAngle 0"
            "/StemV 80/FontBBox[0 -200 1000 900]"
        )
        letters = objects.add(
            "/Type/Font/Subtype/CIDFontType2/BaseFont/Any/DW 500/FontDescriptor "
            f"{look} 0 R/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        )
        known = f"/ToUnicode {meaning} 0 R" if self.readable else ""
        return objects.add(
            "/Type/Font/Subtype/Type0/BaseFont/Any/Encoding/Identity-H"
            f"/DescendantFonts[{letters} 0 R]{known}"
        )


class _Objects:
    """The objects of a file, numbered from 1."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def add(self, entries: str, stream: str | None = None) -> int:
        self.bodies.append(b"")
        self.set(len(self.bodies), entries, stream)
        return len(self.bodies)

    def set(self, number: int, entries: str, stream: str | None = None) -> None:
        tail = ""
        if stream is not None:
            entries += f"/Length {len(stream)}"
            tail = f"\nstream\n{stream}\nendstream"
        self.bodies[number - 1] = f"<<{entries}>>{tail}".encode("ascii")

    def file(self, root: int) -> bytes:
        out, places = bytearray(b"%PDF-1.7\n"), []
        for number, body in enumerate(self.bodies, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        start, size = len(out), len(self.bodies) + 1
        out += b"xref\n0 %d\n0000000000 65535 f \n" % size
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        out += b"trailer\n<</Size %d/Root %d 0 R>>\n" % (size, root)
        return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _listed(numbers: Sequence[int]) -> str:
    return " ".join(f"{n} 0 R" for n in numbers)


_DIRECTIONS = {0: "1 0 0 1", 90: "0 1 -1 0", 180: "-1 0 0 -1", 270: "0 -1 1 0"}


def _shown(x: float, y: float, text: str, size: float, *, turn: int = 0) -> str:
    codes = text.encode("utf-16-be").hex()
    return f"BT /F {size} Tf {_DIRECTIONS[turn]} {x:.2f} {y:.2f} Tm <{codes}> Tj ET"
