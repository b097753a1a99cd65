"""The names of all bodies, by their first syllable, in every mechanical spelling.

A syllable's phrases are made when a text first asks for them: one notice never needs them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from extractor.registry import GROUP, KINDS, Record, Step, Tables, bare_name, lowered
from extractor.text import lower, toneless

# names that say nothing without their place, and those that say enough though they are short
_NEEDS_PLACE = re.compile(
    r"^(?:thanh tra|thống kê|văn phòng|ban tổ chức|hội nông dân|thường trực)\b|nhân dân$|chính quyền|^văn phòng hội đồng|^đoàn thanh niên"
)
_LONG_SHORT = (
    ("ủy ban nhân dân", "ubnd"),
    ("hội đồng nhân dân", "hđnd"),
    ("mặt trận tổ quốc", "mttq"),
    ("thành phố", "tp."),
    ("thành phố", "tp"),
    (" và ", " & "),
    (" và ", "&"),
)
_LIKENESS = 7  # the least length of a name that may be linked by likeness
_SYLLABLE = re.compile(r"[^\W_]+")
FIRST_TWO = re.compile(r"([^\W_]+)(?:[\W_]+([^\W_]+))?")
FIRST_THREE = re.compile(r"([^\W_]+)(?:[\W_]+([^\W_]+)(?:[\W_]+([^\W_]+))?)?")


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase (folded, lower case) that names a record; `name` is how it is written out.

    slotted: a place belongs after it; free: it may stand without one.
    """

    phrase: str
    name: str
    record: Record
    step: Step
    slotted: bool = False
    free: bool = True


def stands_alone(bare: str, alias: bool = False) -> bool:
    """Whether a name is clear without its place: at least three words, and not one of many."""
    if " " not in bare:
        return False
    return (alias or bare.count(" ") >= 2) and not _NEEDS_PLACE.search(bare.lower())


def first_syllable(text: str) -> str:
    """The first syllable of a name, lower case."""
    m = _SYLLABLE.search(text)
    return lower(m.group()) if m else ""


@dataclass(frozen=True, slots=True)
class Bucket:
    """The phrases that begin with one syllable.

    lengths: by the second syllable and the third ("" for any other), the lengths that a phrase may
    have there, longest first; under "" those of the phrases of one syllable.
    """

    phrases: Mapping[str, tuple[Entry, ...]]
    lengths: Mapping[str, Mapping[str, tuple[int, ...]]]

    def lengths_at(self, second: str | None, third: str | None) -> tuple[int, ...]:
        """The lengths that phrases may have where these two syllables follow the first."""
        rows = self.lengths.get(second or "") or self.lengths[""]
        return rows.get(third or "") or rows[""]


class Index:
    """Names of bodies by first syllable; a syllable's phrases are made when first asked for."""

    def __init__(self, gazetteer: Tables) -> None:
        self._raw: dict[str, list[tuple[str, Record, str]]] = {}
        self._buckets: dict[str, Bucket] = {}
        self._stems: dict[str, tuple[frozenset[str], tuple[int, ...]]] = {}
        self._like: dict[str, tuple[str, ...]] = {}
        records = gazetteer.records
        for record in records.values():
            if record.kind != GROUP:
                self._add(record.name, record, "")
        for alias, target, kind in gazetteer.aliases:
            found = records.get(target)
            if found is not None and found.kind != GROUP:
                self._add(alias, found, kind)

    def _add(self, written: str, record: Record, kind: str) -> None:
        low = written.lower()
        heads = {first_syllable(low)}
        for long, short in _LONG_SHORT[:4]:
            if low.startswith(long):
                heads.add(first_syllable(short))
        for head in heads:
            self._raw.setdefault(head, []).append((written, record, kind))

    @property
    def syllables(self) -> Iterable[str]:
        """The first syllables of all names."""
        return self._raw.keys()

    @cached_property
    def openings(self) -> frozenset[tuple[str, str]]:
        """The first two syllables of every name ("công an", "ngân hàng"); "" where it has but one."""
        found = set()
        for rows in self._raw.values():
            for written, _, _ in rows:
                first, *rest = re.findall(r"[^\W_]+", written.lower()) or [""]
                found.add((first, rest[0] if rest and "{" not in written[: len(first) + 3] else ""))
        return frozenset(found)

    def bucket(self, syllable: str) -> Bucket | None:
        """The phrases that begin with a syllable."""
        bucket = self._buckets.get(syllable)
        if bucket is None and syllable in self._raw:
            bucket = self._buckets[syllable] = _bucket(self._raw[syllable], syllable)
        return bucket

    def get(self, phrase: str) -> tuple[Entry, ...]:
        """The entries of one phrase."""
        bucket = self.bucket(first_syllable(phrase))
        return bucket.phrases.get(phrase, ()) if bucket else ()

    def stems(self, head: str) -> tuple[frozenset[str], tuple[int, ...]]:
        """What completes `head` to a name ("tài chính" after "sở"), and the lengths, longest first."""
        if head not in self._stems:
            bucket = self.bucket(head.split(" ", 1)[0])
            start = head + " "
            names = bucket.phrases if bucket else ()
            found = frozenset(p[len(start) :] for p in names if p.startswith(start))
            self._stems[head] = found, tuple(sorted({len(p) for p in found}, reverse=True))
        return self._stems[head]

    def like(self, head: str) -> tuple[str, ...]:
        """The names whose first syllable is `head` but for its marks; short ones are too alike."""
        if head not in self._toneless:
            return ()
        if head not in self._like:
            found = (b for s in self._toneless[head] if (b := self.bucket(s)) is not None)
            self._like[head] = tuple(p for b in found for p in b.phrases if len(p) >= _LIKENESS)
        return self._like[head]

    @cached_property
    def _toneless(self) -> Mapping[str, list[str]]:
        """First syllables by their letters without marks."""
        found: dict[str, list[str]] = {}
        for syllable in self._raw:
            found.setdefault(toneless(syllable), []).append(syllable)
        return found

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Neighbouring words of all official names: what may follow what inside a name."""
        names = {r.bare for rows in self._raw.values() for _, r, kind in rows if not kind}
        words = (re.findall(r"\w+", name.lower()) for name in names)
        return frozenset(pair for row in words for pair in pairwise(row))

    @cached_property
    def plain_pairs(self) -> frozenset[tuple[str, str]]:
        """The same without marks, for what a scan has mangled."""
        plain = {w: toneless(w) for pair in self.pairs for w in pair}
        return frozenset((plain[a], plain[b]) for a, b in self.pairs)


def _bucket(raw: Iterable[tuple[str, Record, str]], syllable: str) -> Bucket:
    phrases: dict[str, list[Entry]] = {}
    for written, record, kind in raw:
        bare, slotted = bare_name(written)
        step: Step = "alias" if kind else "exact"
        # a short or former form keeps its own words; an abbreviation or a title is written out
        official = bare
        if kind in ("abbreviation", "misspelling", "position"):
            official, missing = bare_name(record.name)
            if missing and not slotted and not stands_alone(official):
                official = f"{official} {KINDS[record.level][0]}"
        free = not slotted or stands_alone(bare)
        low = lowered(bare)
        for phrase in _spellings(low):
            if phrase.startswith(syllable):
                entry = Entry(phrase, official, record, step, slotted, free)
                phrases.setdefault(phrase, []).append(entry)
    found: dict[tuple[str, str], set[int]] = {("", ""): set()}
    for phrase in phrases:
        m = FIRST_THREE.match(phrase)
        found.setdefault(((m and m[2]) or "", (m and m[3]) or ""), set()).add(len(phrase))
    lengths: dict[str, dict[str, tuple[int, ...]]] = {}
    for second, third in dict.fromkeys([*found, *((s, "") for s, _ in found)]):
        shorter = found[("", "")] | found.get((second, ""), set())
        every = sorted(shorter | found.get((second, third), set()), reverse=True)
        lengths.setdefault(second, {})[third] = tuple(every)
    return Bucket({k: tuple(v) for k, v in phrases.items()}, lengths)


def _spellings(phrase: str) -> Iterable[str]:
    """The phrase and its mechanical abbreviations, in running text's folding."""
    forms = [phrase]
    for long, short in _LONG_SHORT:
        if long in phrase:
            forms += [f.replace(long, short) for f in forms if long in f]
    if " - " in phrase:
        spaced = list(forms)
        for glue in ("-", " ", ", ") if " và " in phrase else ("-", " "):
            forms += [f.replace(" - ", glue) for f in spaced]
    elif ", " in phrase:
        forms += [f.replace(", ", glue) for f in list(forms) for glue in (" ", " - ")]
    return dict.fromkeys(forms)
