"""Marks of Word's automatic lists: numbering.xml in, what Word prints out."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from extractor.readers.symbols import symbol
from extractor.readers.word_numbering import Counter, Level, definitions, written

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def lvl(k: int, text: str, fmt: str = "decimal", more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{k}"><w:start w:val="{start}"/><w:numFmt w:val="{fmt}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def counter(*parts: str, styles: dict[str, str] | None = None) -> Counter:
    root: Any = etree.fromstring(f'<w:numbering xmlns:w="{W}">{"".join(parts)}</w:numbering>')
    return Counter(definitions(root, styles or {}))


def abstract(name: str, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{name}">{"".join(levels)}</w:abstractNum>'


def num(name: str, of: str, *overrides: str) -> str:
    return f'<w:num w:numId="{name}"><w:abstractNumId w:val="{of}"/>{"".join(overrides)}</w:num>'


def over(k: int, inner: str) -> str:
    return f'<w:lvlOverride w:ilvl="{k}">{inner}</w:lvlOverride>'


def start(k: int, value: int) -> str:
    return over(k, f'<w:startOverride w:val="{value}"/>')


OUTLINE = abstract("0", lvl(0, "%1.", "upperRoman"), lvl(1, "%2."), lvl(2, "%3)", "lowerLetter"), lvl(3, "%2.%4.", more=""))  # fmt: skip


def marks(counted: Counter, *paragraphs: tuple[str, int]) -> list[str]:
    return [counted.mark(name, level).rstrip() for name, level in paragraphs]


def at(levels: str, name: str = "1") -> list[tuple[str, int]]:
    return [(name, int(k)) for k in levels]


def test_levels_and_their_restarts() -> None:
    found = marks(counter(OUTLINE, num("1", "0")), *at("0112210122"))
    assert found == ["I.", "1.", "2.", "a)", "b)", "3.", "II.", "1.", "a)", "b)"]


def test_numbers_of_upper_levels() -> None:
    levels = abstract("0", lvl(0, "Điều %1."), lvl(1, "%1.%2."), lvl(2, "%1.%2.%3."))
    assert marks(counter(levels, num("1", "0")), *at("0112012")) == [
        "Điều 1.", "1.1.", "1.2.", "1.2.1.", "Điều 2.", "2.1.", "2.1.1.",
    ]  # fmt: skip


def test_a_level_passed_over_counts_as_if_it_had_been_there() -> None:
    levels = abstract("0", lvl(0, "%1."), lvl(1, "%1.%2."), lvl(2, "%1.%2.%3."))
    assert marks(counter(levels, num("1", "0")), *at("2210")) == ["1.1.1.", "1.1.2.", "1.2.", "2."]


def test_lists_over_one_abstract_list_count_on() -> None:
    counted = counter(OUTLINE, num("1", "0"), num("2", "0"))
    assert marks(counted, ("1", 1), ("2", 1), ("1", 1)) == ["1.", "2.", "3."]


def test_a_start_of_its_own_counts_once() -> None:
    counted = counter(OUTLINE, num("1", "0"), num("2", "0", start(1, 1)))
    found = marks(counted, ("1", 1), ("1", 1), ("2", 1), ("2", 1), ("1", 1), ("2", 1))
    assert found == ["1.", "2.", "1.", "2.", "3.", "4."]


def test_a_start_of_its_own_holds_after_each_upper_item() -> None:
    counted = counter(OUTLINE, num("1", "0", start(1, 5)))
    assert marks(counted, *at("011011")) == ["I.", "5.", "6.", "II.", "5.", "6."]


def test_another_abstract_list_counts_by_itself() -> None:
    counted = counter(OUTLINE, abstract("1", lvl(0, "%1)")), num("1", "0"), num("2", "1"))
    assert marks(counted, ("1", 1), ("2", 0), ("1", 1), ("2", 0)) == ["1.", "1)", "2.", "2)"]


def test_an_overridden_level() -> None:
    counted = counter(OUTLINE, num("1", "0", over(1, lvl(1, "(%2)", "lowerRoman", start=4))))
    assert marks(counted, *at("011")) == ["I.", "(iv)", "(v)"]


@pytest.mark.parametrize(
    ("restart", "expected"),
    [
        ("", "I. 1. a) b) 2. a) II. 1. a)"),
        ('<w:lvlRestart w:val="0"/>', "I. 1. a) b) 2. c) II. 1. d)"),
        ('<w:lvlRestart w:val="1"/>', "I. 1. a) b) 2. c) II. 1. a)"),
        ('<w:lvlRestart w:val="2"/>', "I. 1. a) b) 2. a) II. 1. a)"),
    ],
    ids=["default", "never", "after-the-first-level", "after-the-second"],
)
def test_restart(restart: str, expected: str) -> None:
    levels = abstract("0", lvl(0, "%1.", "upperRoman"), lvl(1, "%2."), lvl(2, "%3)", "lowerLetter", restart))  # fmt: skip
    assert " ".join(marks(counter(levels, num("1", "0")), *at("012212012"))) == expected


def test_legal_levels_print_digits() -> None:
    levels = abstract("0", lvl(0, "%1.", "upperRoman"), lvl(1, "%1.%2.", more="<w:isLgl/>"))
    assert marks(counter(levels, num("1", "0")), *at("0101")) == ["I.", "1.1.", "II.", "2.1."]
    levels = abstract(
        "0", lvl(0, "%1.", "upperRoman"), lvl(1, "%1.%2.", more='<w:isLgl w:val="0"/>')
    )
    assert marks(counter(levels, num("1", "0")), *at("01")) == ["I.", "I.1."]


def test_start_from_another_number_and_without_one() -> None:
    levels = abstract("0", lvl(0, "%1.", start=7))
    assert marks(counter(levels, num("1", "0")), *at("00")) == ["7.", "8."]
    none = '<w:lvl w:ilvl="0"><w:lvlText w:val="%1."/></w:lvl>'  # the standard's default is 0
    assert marks(counter(abstract("0", none), num("1", "0")), *at("00")) == ["0.", "1."]


def test_what_parts_mark_and_text() -> None:
    for after, mark in (("space", "1. "), ("nothing", "1."), ("tab", "1. ")):
        level = lvl(0, "%1.", more=f'<w:suff w:val="{after}"/>')
        assert counter(abstract("0", level), num("1", "0")).mark("1", 0) == mark


def test_nothing_is_printed() -> None:
    counted = counter(abstract("0", lvl(0, "", "none")), num("1", "0"))
    assert counted.mark("1", 0) == ""
    assert counted.mark("1", 5) == ""
    assert counted.mark("9", 0) == ""


def test_a_list_style() -> None:
    linked = '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="Muc"/></w:abstractNum>'
    counted = counter(OUTLINE, linked, num("1", "0"), num("2", "1"), styles={"Muc": "1"})
    assert marks(counted, ("1", 1), ("2", 1)) == ["1.", "2."]
    assert marks(counter(linked, num("2", "1"), styles={"Muc": "2"}), ("2", 0)) == [""]


def test_the_level_of_a_style() -> None:
    tied = abstract("0", lvl(0, "%1."), lvl(1, "%2)", more='<w:pStyle w:val="Diem"/>'))
    lists = counter(tied, num("1", "0")).lists
    assert lists["1"].level_of("Diem") == 1
    assert lists["1"].level_of("Khac") is None


@pytest.mark.parametrize(
    ("text", "font", "mark"),
    [
        ("-", "Times New Roman", "-"),
        ("+", "", "+"),
        ("\uf0b7", "Symbol", "•"),
        ("·", "Symbol", "•"),
        ("\uf02d", "Symbol", "-"),
        ("\uf0a7", "Wingdings", "▪"),
        ("§", "Wingdings", "▪"),
        ("\uf0d8", "Wingdings", "➢"),
        ("\uf0fc", "Wingdings", "✓"),
        ("\uf041", "Wingdings 3", "•"),
        ("\uf0b7", "", "•"),
        ("o", "Courier New", "◦"),
        ("o", "Times New Roman", "o"),
    ],
)
def test_bullets(text: str, font: str, mark: str) -> None:
    fonts = f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr>' if font else ""
    level = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/>'
        f'<w:lvlText w:val="{text}"/>{fonts}</w:lvl>'
    )
    counted = counter(abstract("0", level), num("1", "0"))
    assert marks(counted, *at("00")) == [mark, mark]


@pytest.mark.parametrize(
    ("fmt", "values"),
    [
        ("decimal", {1: "1", 30: "30"}),
        ("decimalZero", {1: "01", 12: "12"}),
        ("lowerLetter", {1: "a", 4: "d", 5: "e", 26: "z", 27: "aa", 53: "aaa"}),
        ("upperLetter", {2: "B", 28: "BB"}),
        ("upperRoman", {1: "I", 4: "IV", 9: "IX", 14: "XIV", 40: "XL", 1999: "MCMXCIX"}),
        ("lowerRoman", {3: "iii"}),
        ("vietnameseCounting", {1: "một", 11: "mười một", 15: "mười lăm", 21: "hai mươi mốt", 100: "100"}),
        ("chicago", {7: "7"}),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)  # fmt: skip
def test_ways_to_write_a_number(fmt: str, values: dict[int, str]) -> None:
    assert {n: written(n, Level(format=fmt)) for n in values} == values


def test_vietnamese_letters_are_printed_where_the_file_spells_them_out() -> None:
    level = Level(format="custom", custom="a, b, c, d, đ, ...")
    assert [written(n, level) for n in range(1, 9)] == list("abcdđegh")
    assert written(5, Level(format="custom", custom="A, B, C, D, Đ, ...")) == "Đ"
    assert written(12, Level(format="custom", custom="001, 002, 003, ...")) == "012"


def test_a_custom_format_stands_in_a_choice() -> None:
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    level = (
        '<w:lvl w:ilvl="0"><w:start w:val="4"/>'
        f'<mc:AlternateContent xmlns:mc="{mc}"><mc:Choice Requires="w14">'
        '<w:numFmt w:val="custom" w:format="a, b, c, d, đ, ..."/></mc:Choice>'
        '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
        '<w:lvlText w:val="%1)"/></w:lvl>'
    )
    assert marks(counter(abstract("0", level), num("1", "0")), *at("000")) == ["d)", "đ)", "e)"]


def test_a_letter_typed_as_the_text_of_a_level() -> None:
    counted = counter(abstract("0", lvl(0, "đ)", "none")), num("1", "0"))
    assert marks(counted, *at("0")) == ["đ)"]


def test_malformed_numbers_count_from_one() -> None:
    broken = '<w:lvl w:ilvl="0"><w:start w:val="x"/><w:numFmt/><w:lvlText w:val="%1.%9"/></w:lvl>'
    assert marks(counter(abstract("0", broken), num("1", "0")), *at("00")) == ["1.1", "2.1"]


def test_signs_of_symbol_fonts() -> None:
    assert symbol("l", "Wingdings") == "●"
    assert symbol("3", "Symbol") == "3"
    assert symbol("Đ", "Times New Roman") == "Đ"
