"""A cue's brackets name every sign that the rule's pattern can go on with after the word.

A pattern is walked as a tree; lookarounds count as fulfilled, so that it says too much, never too
little. `re._parser` is private: it serves this test only.
"""

from __future__ import annotations

import re._constants as op
import re._parser as parser
from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest

from extractor.deadlines import _CUE, rules
from extractor.ruletable import Rule

_CLASSES = {
    op.CATEGORY_DIGIT: str.isdigit,
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
    op.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
    op.CATEGORY_NOT_WORD: lambda c: not (c.isalnum() or c == "_"),
    op.CATEGORY_NOT_DIGIT: lambda c: not c.isdigit(),
}


class _OutOfText(Exception):
    """The pattern has taken the whole text and wants more: it can go on."""


_tree = cache(parser.parse)


def can_begin(pattern: str, text: str) -> bool:
    """Whether some match of the pattern begins with `text`, or ends within it."""
    try:
        return bool(_after(_tree(pattern), text, {0}))
    except _OutOfText:
        return True


def _after(items: Iterable[Any], text: str, places: set[int]) -> set[int]:
    for code, value in items:
        places = {end for at in places for end in _step(code, value, text, at)}
    return places


def _step(code: Any, value: Any, text: str, at: int) -> set[int]:
    if code in (op.ASSERT, op.ASSERT_NOT, op.AT):
        return {at}
    if code is op.BRANCH:
        return set().union(*(_after(branch, text, {at}) for branch in value[1]))
    if code is op.SUBPATTERN:
        return _after(value[3], text, {at})
    if code in (op.MAX_REPEAT, op.MIN_REPEAT):
        least, most, body = value
        places, out = {at}, {at} if least == 0 else set()
        for n in range(1, min(most, len(text) + 1) + 1):
            places = _after(body, text, places)
            out |= places if n >= least else set()
        return out
    if at == len(text):
        raise _OutOfText
    char = text[at]
    if code is op.IN:
        fits = any(_in_class(*item, char) for item in value) != (value[0][0] is op.NEGATE)
    else:
        fits = code is op.ANY or (char == chr(value)) == (code is op.LITERAL)
    return {at + 1} if fits else set()


def _in_class(code: Any, value: Any, char: str) -> bool:
    if code is op.RANGE:
        return bool(value[0] <= ord(char) <= value[1])
    if code is op.CATEGORY:
        return bool(_CLASSES[value](char))
    return code is op.LITERAL and ord(char) == value


NEXT = "abcdđeghiklmnopqrstuvxyáàãạăâếềìíóòỏôồơúùưứýởfj0123456789,.;:()/-%"


@pytest.mark.parametrize("rule", rules().table.rules, ids=lambda r: r.id)
def test_cue_brackets_hold_all_that_may_follow(rule: Rule) -> None:
    if rule.id == "none.always":  # "24/7": other numbers begin nothing
        return
    for word, signs in _CUE.findall(rule.fields["cue"]):
        heads = ["1", "3", "06", "24", "120", "2025"] if word == "#" else [word]
        listed = signs.replace("#", "0123456789")
        for sign in NEXT if signs else "":
            near = [" "] if word == "#" and sign.isdigit() else ["", " "]
            can = any(can_begin(rule.written, head + gap + sign) for head in heads for gap in near)
            assert not can or sign in listed, (word, sign)
