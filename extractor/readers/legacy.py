"""Vietnamese letters of before Unicode: TCVN3 (ABC), VNI, VIQR and Windows-1258, told by content.

TCVN3 and VNI drew Vietnamese letters at the codes of other Latin ones, so such text reads as
"Céng hßa" or "Coäng hoøa". What a file holds is told by its font where it names one, else by which
reading makes its words Vietnamese syllables. Text that is good already is never touched.

>>> repaired("ViÖt Nam")
('Việt Nam', 'tcvn3')
>>> repaired("Vieät Nam")
('Việt Nam', 'vni')
>>> repaired("Việt Nam")
('Việt Nam', None)
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache

NAMES = {  # as people call them
    "tcvn3": "TCVN3 (ABC)",
    "vni": "VNI",
    "viqr": "VIQR",
    "cp1258": "Windows-1258",
}
_GRAVE, _HOOK, _TILDE, _ACUTE, _DOT = "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"
_TONES = _GRAVE + _HOOK + _TILDE + _ACUTE + _DOT
_BREVE, _CIRCUMFLEX, _HORN = "\u0306", "\u0302", "\u031b"

# -- TCVN 5712:1993, the letters from 0xA1 to 0xFE -------------------------------------------------

_TCVN3 = dict(
    zip(
        range(0xA1, 0xFF),
        "ĂÂÊÔƠƯĐăâêôơưđẰ"
        + _TONES
        + "àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
_CAPITALS = re.compile(r"[^\W\d_]+")


def _from_tcvn3(text: str) -> str:
    return "\n".join(map(_raised, text.translate(_TCVN3).split("\n")))


def _raised(line: str) -> str:
    """The fonts draw no toned capitals: among capitals the small letters are capitals too."""

    def word(match: re.Match[str]) -> str:
        letters = match.group()
        small = [c for c in letters if c.islower()]
        among = any(c.isupper() for c in letters[1:]) and not any(c.isascii() for c in small)
        return letters.upper() if small and among else letters

    found = _CAPITALS.sub(word, line)
    heading = found != line and not re.search("[a-z]", found)
    return found.upper() if heading else found  # "NHIỆM Vụ"


# -- VNI: a letter, and behind it its mark as another letter -----------------------------------------

_VNI_MARKS = {
    "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ù": _ACUTE, "ï": _DOT,
    "â": _CIRCUMFLEX, "à": _CIRCUMFLEX + _GRAVE, "å": _CIRCUMFLEX + _HOOK,
    "ã": _CIRCUMFLEX + _TILDE, "á": _CIRCUMFLEX + _ACUTE, "ä": _CIRCUMFLEX + _DOT,
    "ê": _BREVE, "è": _BREVE + _GRAVE, "ú": _BREVE + _HOOK,
    "ü": _BREVE + _TILDE, "é": _BREVE + _ACUTE, "ë": _BREVE + _DOT,
}  # fmt: skip
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI = re.compile(
    f"([aeouyôö])([{''.join(_VNI_MARKS)}])|([{''.join(_VNI_LETTERS)}])", re.IGNORECASE
)


def _from_vni(text: str) -> str:
    def letter(match: re.Match[str]) -> str:
        base, mark, single = match.groups()
        first = base or single
        found = _VNI_LETTERS.get(first.lower(), first.lower())
        if mark:
            found += _VNI_MARKS[mark.lower()]
        found = unicodedata.normalize("NFC", found)
        return found.upper() if first.isupper() else found

    return _VNI.sub(letter, text)


# -- VIQR: marks as punctuation behind the letter ----------------------------------------------------

_VIQR_MARKS = {
    "^": _CIRCUMFLEX, "(": _BREVE, "+": _HORN, "*": _HORN,
    "`": _GRAVE, "?": _HOOK, "~": _TILDE, "'": _ACUTE, ".": _DOT,
}  # fmt: skip
_VIQR = re.compile(
    r"\\([\^(+`?~'.\\dD])|(dd(?!d)|d9)|([aeiouy])(?:([\^(+*])([`?~'.])?|([`?~'.]))", re.IGNORECASE
)
_SURE = re.compile(r"[aeo]\^|[ou]\+|a\(|(?<![a-z])dd", re.IGNORECASE)
_ADDRESS = re.compile(r"(\S*(?:@|://|www\.)\S*)")
_LINE_ENDS = re.compile(r"[ \t]*(?:$|\n|['\"\]/])")
_STARTS = re.compile(r"\s+(?:[A-Z]|\d+[.)])")
_LIST_MARK = re.compile(r"(?:^|\s)(?:[ivx]+|[a-z])$", re.IGNORECASE)
# of the words that end in a plain vowel these have the tone: vụ, nghị, bị, vị, thị, trị, phụ, hạ
_TONED = re.compile(r"(?<![a-z])(?:vu|nghi|bi|vi|thi|tri|phu|ha)$", re.IGNORECASE)


def _from_viqr(text: str) -> str:
    pieces = _ADDRESS.split(text)  # every other one is an address
    return "".join(x if k % 2 else _viqr_words(x) for k, x in enumerate(pieces))


def _viqr_words(text: str) -> str:
    """A "." that ends a line or a list's mark is a stop, else it is a tone: "Bo^. Y te^'".

    So is one behind a plain letter and before a capital ("di ra. Sau"), but for words that always
    have the tone.
    """

    def stops(match: re.Match[str], quality: str | None) -> bool:
        word = text[max(match.start() - 8, 0) : match.start(3) + 1]
        if _TONED.search(word):
            return False
        if _LINE_ENDS.match(text, match.end()) or _LIST_MARK.search(word):
            return True
        return not quality and match[3].islower() and bool(_STARTS.match(text, match.end()))

    def letter(match: re.Match[str]) -> str:
        escaped, stroke, base, quality, tone, alone = match.groups()
        if escaped:
            return str(escaped)
        if stroke:
            return "Đ" if stroke[0] == "D" else "đ"
        tone, rest = tone or alone, ""
        if tone == "." and stops(match, quality):
            tone, rest = "", tone
        marks = _VIQR_MARKS.get(quality or "", "") + _VIQR_MARKS.get(tone or "", "")
        return unicodedata.normalize("NFC", base + marks) + rest

    return _VIQR.sub(letter, text)


# -- telling them apart ------------------------------------------------------------------------------

_DECODERS: dict[str, Callable[[str], str]] = {
    "tcvn3": _from_tcvn3,
    "vni": _from_vni,
    "viqr": _from_viqr,
    "cp1258": lambda text: unicodedata.normalize("NFC", text),
}
_ONSET = "(?:b|c|ch|d|đ|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|qu|r|s|t|th|tr|v|x)?"
_RHYMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh
ip it iu o oa oac oach oai oam oan oang oanh oao oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi
om on ong op ot oong ooc ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc ui um un
ung uôc uôi uôm uôn uông uôt up ut uê uêch uênh uêu uơ uy uya uych uyên uyêt uynh uyt uyu ư ưa ưc ưi
ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y ych yêm yên yêng yêt yêu ynh yt
ăng uăng uăn uăt uăc uăm oăp iêc
"""
_WORD = re.compile(r"[^\W\d_]+")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_BARE = str.maketrans("", "", _TONES)
_LATER = re.compile("[ăđơư\u1ea0-\u1ef9]", re.IGNORECASE)  # no Latin-1 code: Unicode for sure


@cache
def _syllable() -> re.Pattern[str]:
    """Compiled when first asked for: text in UTF-8, the usual case, never is."""
    return re.compile(
        f"{_ONSET}(?:{'|'.join(sorted(set(_RHYMES.split()), key=len, reverse=True))})"
    )


@cache
def is_syllable(word: str) -> bool:
    """Whether a word is spelt as a Vietnamese syllable, with one tone at most."""
    if not (word.islower() or word.isupper() or word.istitle()):
        return False
    parted = unicodedata.normalize("NFD", word.lower())
    if sum(parted.count(x) for x in _TONES) > 1:
        return False
    return bool(_syllable().fullmatch(unicodedata.normalize("NFC", parted.translate(_BARE))))


def note(encoding: str) -> str:
    """What a person is told of a repair."""
    return f"Chữ mã {NAMES[encoding]} đã chuyển sang Unicode"


def vietnamese(text: str) -> tuple[int, int]:
    """How many words with a letter beyond ASCII are Vietnamese syllables, and how many there are."""
    words = [w for w in _WORD.findall(unicodedata.normalize("NFC", text)) if not w.isascii()]
    return sum(map(is_syllable, words)), len(words)


def is_unicode(text: str) -> bool:
    """Whether a text holds Vietnamese letters that the old encodings have no codes for."""
    beyond = len(_LATER.findall(text))
    return beyond > 0 and beyond * 10 >= len(_FOREIGN.findall(text))


def of_font(font: str | None) -> str | None:
    """The encoding that a font's name stands for: ".VnTime" is TCVN3, "VNI-Times" is VNI."""
    name = (font or "").lower()
    if name.startswith(".vn"):
        return "tcvn3"
    return "vni" if name.startswith(("vni-", "vni ")) else None


def decode(text: str, encoding: str, font: str = "") -> str:
    """A text in an old encoding as Unicode; ".VnTimeH" and its like draw every letter a capital."""
    found = _DECODERS[encoding](text)
    return found.upper() if encoding == "tcvn3" and font.endswith("H") else found


def repaired(text: str) -> tuple[str, str | None]:
    """The text of a paragraph in Unicode, and the encoding that it was in where that was an old one.

    Only where its words are no Vietnamese as they stand and almost all are in the other reading.
    """
    if text.isascii() or is_unicode(text):
        return text, None
    good, words = vietnamese(text)
    if good * 2 > words:
        return text, None
    best, name = text, None
    for encoding in ("tcvn3", "vni"):
        found = _DECODERS[encoding](text)
        now, of = vietnamese(found)
        if now > good and now * 10 >= of * 8:
            best, name, good = found, encoding, now
    return best, name


def repaired_lines(lines: Sequence[str]) -> tuple[list[str], str | None]:
    """The lines of one text in Unicode, and the old encoding that any of them was in.

    Where most lines turn out to be in one, those that would be words in either reading ("Sè", "Số")
    go with them.
    """
    read = [repaired(line) for line in lines]
    names = Counter(name for _, name in read if name)
    if not names:
        return list(lines), None
    (name, count), *_ = names.most_common(1)
    found = [text for text, _ in read]
    open_ = [k for k, x in enumerate(lines) if x and not read[k][1] and vietnamese(x)[1]]
    if count > len(open_):
        for k in open_:
            if not is_unicode(lines[k]):
                text = _DECODERS[name](lines[k])
                found[k] = (
                    text if vietnamese(text)[0] >= max(vietnamese(lines[k])[0], 1) else lines[k]
                )
    return found, name


def from_bytes(data: bytes) -> tuple[str, str] | None:
    """Text in an 8-bit encoding as Unicode, with its name; None where no reading is Vietnamese."""
    best: tuple[float, str, str] | None = None
    for encoding, codec in (("cp1258", "cp1258"), ("tcvn3", "latin-1"), ("vni", "cp1252")):
        text = _DECODERS[encoding](data.decode(codec, "replace"))
        good, words = vietnamese(text)
        if words and good * 10 >= words * 7 and (best is None or good / words > best[0]):
            best = (good / words, text, encoding)
    return None if best is None else best[1:]


def from_viqr(text: str) -> str | None:
    """A text in VIQR as Unicode; None where it is something else."""
    if not text.isascii() or len(_SURE.findall(text)) * 20 < len(text.split()):
        return None
    found = _from_viqr(text)
    good, words = vietnamese(found)
    return found if words > 1 and good * 10 >= words * 9 else None
