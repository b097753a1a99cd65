"""The rule tables: every example and counterexample is a case; the loader refuses what is wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import extractor
from extractor import deadlines, sentences
from extractor.citations import cite
from extractor.document import Span
from extractor.errors import RuleError
from extractor.ruletable import Rule, load, parse
from extractor.segment import marks_at
from extractor.tables import column_role
from extractor.text import fold, lower

RULES = Path(extractor.__file__).parent / "rules"
ISSUED = "2022-02-10"  # the day as of which examples of deadlines are read


@cache
def rules(table: str) -> tuple[Rule, ...]:
    """A table's rules, whatever fields its stage reads: which are allowed is the stage's own check."""
    data = tomllib.loads((RULES / f"{table}.toml").read_text("utf-8"))
    return load(table, *sorted({key for row in data["rule"] for key in row})).rules


def tables() -> list[str]:
    """Names of the tables that hold rules; the others are word lists."""
    return [
        p.stem
        for p in sorted(RULES.glob("*.toml"))
        if "rule" in tomllib.loads(p.read_text("utf-8"))
    ]


# ------------------------------------------------------------- what an example of a table says


def _citation(rule: Rule, example: Any) -> None:
    """[text, number, date]: the text is cited whole, by this rule, with that number and date."""
    text, *want = example
    (found,) = cite(text)
    assert (found.rule, text[slice(*found.span)]) == (rule.id, text)
    have = [found.number or "", found.issued_on or ""]
    assert have[: len(want)] == want


def _mark(rule: Rule, example: Any) -> None:
    """[line, ordinal]: one reading of the line's mark is of this rule's kind, with that ordinal."""
    line, want = example
    marks = [m for m in marks_at(fold(line, 0).text) if m.kind == rule.fields["kind"]]
    assert want in {s for m in marks for s in (m.label, m.marker, str(m.value))}


def _role(rule: Rule, example: Any) -> None:
    """ "... «X»": this rule takes the words left of the body, and no earlier one reads them otherwise."""
    left = _left(example)
    assert _ends(rule, left)
    last = re.findall(r"\w+", left)[-1]
    assert last in rule.fields["ends"].split(), f"the rule is not asked after {last!r}"
    first = next(r for r in rules("roles") if _ends(r, left) and _same_place(r, rule))
    assert first.fields["role"] == rule.fields["role"], first.id


def _left(example: str) -> str:
    text = lower(fold(example, 0).text)
    assert "«x»" in text, "the body is written «X»"
    return text[: text.index("«x»")]


def _ends(rule: Rule, left: str) -> bool:
    return re.search(rf"(?<!\w)(?:{rule.written})$", left) is not None


def _same_place(a: Rule, b: Rule) -> bool:
    return a.fields.get("after") in (None, b.fields.get("after"))


def _deadline(rule: Rule, example: Any) -> None:
    """text or [text, value]: this rule reads it; a blank rule takes its place and gives nothing."""
    text, want = (example, None) if isinstance(example, str) else example
    timed = [Span(0, len(text))] if rule.fields.get("where") == "timed" else []
    found = deadlines.deadlines_in(text, issued_on=ISSUED, timed=timed)
    if rule.blank:
        taken = rule.pattern.search(lower(text))
        assert taken, "the rule's own pattern does not match"
        assert not [d for d in found if d.span.start < taken.end() and taken.start() < d.span.end]
        return
    mine = [d for d in found if d.rule == rule.id]
    assert mine, [d.rule for d in found]
    d = mine[0]
    span = f"{d.start}/{d.end}" if d.start and d.end and d.start != d.end else None
    assert want is None or want in (span, d.end, d.start, d.recurrence, d.duration, d.anchor)


def _column(rule: Rule, example: Any) -> None:
    """A title: its column has this rule's role."""
    assert rule.pattern.search(lower(example))
    assert column_role(example) == rule.fields.get("role", "")


EXAMPLES: dict[str, Callable[[Rule, Any], None]] = {
    "citations": _citation,
    "clauses": _mark,
    "deadlines": _deadline,
    "roles": _role,
    "tables": _column,
}
FIRES: dict[str, Callable[[Rule, str], bool]] = {
    "citations": lambda rule, text: rule.id in {c.rule for c in cite(text)},
    "clauses": lambda rule, text: (
        rule.fields["kind"] in {m.kind for m in marks_at(fold(text, 0).text)}
    ),
    "deadlines": lambda rule, text: (
        rule.id in {d.rule for d in deadlines.deadlines_in(text, issued_on=ISSUED)}
    ),
    "roles": lambda rule, text: _ends(rule, _left(text)),
    "tables": lambda rule, text: column_role(text) == rule.fields.get("role", "no role"),
}


def cases(kind: str) -> list[Any]:
    found = []
    for table in tables():
        for rule in rules(table):
            for k, example in enumerate(getattr(rule, kind), 1):
                found.append(pytest.param(table, rule, example, id=f"{table}-{rule.id}-{k}"))
    return found


@pytest.mark.parametrize(("table", "rule", "example"), cases("examples"))
def test_example(table: str, rule: Rule, example: Any) -> None:
    EXAMPLES[table](rule, example)


@pytest.mark.parametrize(("table", "rule", "text"), cases("counterexamples"))
def test_counterexample(table: str, rule: Rule, text: str) -> None:
    assert not FIRES[table](rule, text)


def test_every_table_says_what_its_examples_mean() -> None:
    assert set(tables()) == set(EXAMPLES) == set(FIRES)


# ------------------------------------------------------------- word lists


def word_lists() -> Iterator[tuple[str, str, list[str]]]:
    for path in sorted(RULES.glob("*.toml")):
        for section, body in tomllib.loads(path.read_text("utf-8")).items():
            if isinstance(body, dict):
                for key, value in body.items():
                    # regular expressions are lists too; their own stage compiles them
                    if isinstance(value, list) and not any(
                        re.search(r"[\^$\\(?|]", str(w)) for w in value
                    ):
                        yield path.stem, f"{section}.{key}", [str(w) for w in value]


def lists(check: str) -> list[Any]:
    return [
        pytest.param(t, words, id=f"{check}-{t}-{n}")
        for t, n, words in word_lists()
        if not n.startswith("kinds.")
    ]


@pytest.mark.parametrize(("table", "words"), lists("dead"))
def test_words_are_written_as_folded_text_has_them(table: str, words: list[str]) -> None:
    """A word in capitals, with "uỷ" for "ủy" or two spaces could never match: a dead entry."""
    dead = [w for w in words if lower(fold(w, 0).text) != w]
    assert not dead


@pytest.mark.parametrize(("table", "words"), lists("twice"))
def test_words_stand_once(table: str, words: list[str]) -> None:
    assert sorted({w for w in words if words.count(w) > 1}) == []


# ------------------------------------------------------------- the loader

RULE = """
[[rule]]
id = "{id}"
pattern = '{pattern}'
{rest}
"""


def rule(
    id: str = "a.b", pattern: str = "trước ngày", rest: str = 'examples = ["trước ngày"]'
) -> str:
    return RULE.format(id=id, pattern=pattern, rest=rest)


REFUSED = {
    "unknown key": (rule(rest='examples = ["x"]\nbuond = "before"'), "unknown key.*buond"),
    "duplicate id": (rule() + rule(), "stands twice"),
    "no examples": (rule(rest=""), "at least one example"),
    "empty examples": (rule(rest="examples = []"), "at least one example"),
    "nested quantifier": (rule(pattern=r"(?:\w+ )+ngày"), "can take for ever"),
    "nested quantifier in a named group": (rule(pattern=r"(?P<x>\w*)+"), "can take for ever"),
    "unknown macro": (rule(pattern="trước {day}"), r"no macro named \{day\}"),
    "circular macro": (
        "[macro]\nday = '{month}'\nmonth = '{day}'\n" + rule(pattern="{day}"),
        "circle",
    ),
    "broken pattern": (rule(pattern="trước (ngày"), "rule 'a.b'"),
    "no pattern": ('[[rule]]\nid = "a.b"\nexamples = ["x"]', "needs an id and a pattern"),
}


@pytest.mark.parametrize(("source", "reason"), list(REFUSED.values()), ids=list(REFUSED))
def test_the_loader_refuses(source: str, reason: str) -> None:
    """The message names the file and the rule."""
    with pytest.raises(RuleError, match=reason) as error:
        # a pattern is compiled when it is first asked for
        _ = [row.pattern for row in parse("rules/mine.toml", source, frozenset({"bound"})).rules]
    assert "rules/mine.toml" in str(error.value)
    assert "a.b" in str(error.value)


def test_a_rule_without_id_is_named_by_its_number() -> None:
    with pytest.raises(RuleError, match=r"rules/mine\.toml: rule 'number 2'"):
        parse("rules/mine.toml", rule() + "[[rule]]\npattern = 'x'", frozenset())


def test_broken_toml_names_file_and_line() -> None:
    with pytest.raises(RuleError, match=r"rules/mine\.toml: .*line 2"):
        parse("rules/mine.toml", "[macro]\nday = = 1", frozenset())


def test_macros_and_renamed_groups() -> None:
    source = "[macro]\nday = '(?P<day>\\d+)'\n" + rule(pattern="từ {day} đến {day@2}")
    (match,) = parse("rules/mine.toml", source, frozenset()).find("họp từ 3 đến 15 tháng 5")
    assert (match.groups, match.spans["day_2"]) == ({"day": "3", "day_2": "15"}, (13, 15))


def test_every_pattern_beside_the_rules_is_one() -> None:
    """They compile when a text first asks, so that only here all are asked for."""
    for name in [*load("tasks").words["patterns"], *sentences.VERB_PATTERNS]:
        assert sentences.pattern(name).pattern


@pytest.mark.parametrize(
    ("pattern", "opening"),
    [
        ("(?:đến|tới)(?: hết)? {long}", "(?:đến|tới)(?: hết)? "),
        (r"trước[()|{] \( (?P<at>ngày {short}(?:{long}|nay))", r"trước[()|{] \( "),
        ("{short} (?:{long})", "(?:ngày) "),
        ("trước {long}|sau {long}", ""),
        ("{long} nay", ""),
        ("trước {short}", ""),
    ],
)
def test_a_rule_opens_with_what_stands_before_its_first_long_macro(
    pattern: str, opening: str
) -> None:
    macros = f"[macro]\nshort = 'ngày'\nlong = '{'|'.join(map(str, range(1000)))}'\n"
    (made,) = parse("rules/mine.toml", macros + rule(pattern=pattern), frozenset()).rules
    assert made.opening == opening


def test_an_opening_stands_wherever_its_rule_matches() -> None:
    for table in tables():
        for made in rules(table):
            opens = re.compile(rf"(?<!\w)(?:{made.opening})")
            for text in (*made.examples, *made.counterexamples):
                low = lower(text if isinstance(text, str) else text[0])
                places = [at for at in range(len(low)) if made.pattern.match(low, at)]
                assert all(opens.match(low, at) for at in places), made.id


def test_the_longest_match_wins_then_the_earlier_rule() -> None:
    source = (
        rule("short", "trước ngày")
        + rule("long", r"trước ngày \d+")
        + rule("late", r"trước ngày \d+")
    )
    found = parse("rules/mine.toml", source, frozenset()).find("trước ngày 15, trước ngày kia")
    assert [m.rule.id for m in found] == ["long", "short"]


def test_a_blank_rule_wins_its_place_and_gives_nothing() -> None:
    source = rule("date", r"ngày \d+") + rule(
        "none", r"tính đến ngày \d+", 'examples = ["x"]\nblank = true'
    )
    found = parse("rules/mine.toml", source, frozenset()).find("tính đến ngày 15, xong ngày 20")
    assert [m.span for m in found] == [(23, 30)]
