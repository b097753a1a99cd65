"""Writes text in the letters of before Unicode, for tests and benchmarks: the readers' tables backwards."""

from __future__ import annotations

import unicodedata

from extractor.readers import legacy


def as_cp1258(text: str, errors: str = "strict") -> bytes:
    def letter(char: str) -> str:  # the letter with its shape, the tone behind it
        parted = unicodedata.normalize("NFD", char)
        tones = "".join(c for c in parted if c in legacy._TONES)
        return unicodedata.normalize("NFC", "".join(c for c in parted if c not in tones)) + tones

    return "".join(map(letter, unicodedata.normalize("NFC", text))).encode("cp1258", errors)


def as_tcvn3(text: str) -> str:
    back = {letter: chr(code) for code, letter in legacy._TCVN3.items()}
    # the font draws no toned capitals: they are typed as small letters
    return "".join(back.get(c) or back.get(c.lower(), c) for c in text)


def as_vni(text: str) -> str:
    singles = {v: k for k, v in legacy._VNI_LETTERS.items()}
    marks = {v: k for k, v in legacy._VNI_MARKS.items()}

    def letter(char: str) -> str:
        low = char.lower()
        if low in "íì":
            return char
        if low in singles:
            found = singles[low]
        else:
            parted = unicodedata.normalize("NFD", low)
            base, mark = parted[0], "".join(sorted(parted[1:], key=lambda c: c in legacy._TONES))
            if "\u031b" in mark:
                base, mark = {"o": "ô", "u": "ö"}[base], mark.replace("\u031b", "")
            found = char if not parted[1:] else base + (marks[mark] if mark else "") if mark in marks or not mark else char  # fmt: skip
        return found.upper() if char.isupper() else found

    return "".join(map(letter, text))


def as_viqr(text: str) -> str:
    marks = {v: k for k, v in legacy._VIQR_MARKS.items() if k != "*"}

    def letter(char: str) -> str:
        if char in "đĐ":
            return "dd" if char == "đ" else "DD"
        parted = unicodedata.normalize("NFD", char)
        order = sorted(parted[1:], key=lambda c: c in legacy._TONES)
        return parted[0] + "".join(marks[c] for c in order)

    return "".join(map(letter, text))
