"""How far confidence keeps its word: the lines and the figure of docs/evaluation.md (see evaluate.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from extractor.calibration import (
    FIELDS,
    SURE,
    Judged,
    calibration_error,
    reliability,
    risk_coverage,
)

_SIDE = 260  # of a panel's square, in pixels
_GAP = 60
_BLUE, _GREY = "#1f5f99", "#999"


def judge_lines(sets: Mapping[str, Sequence[Judged]]) -> Iterator[str]:
    """The tables: calibration error by field, what is told to be left alone, and the tenths of one set."""
    yield f"| expected calibration error | {' | '.join(sets)} |"
    yield "|---|" + "---:|" * len(sets)
    for field in FIELDS:
        errors = [calibration_error(reliability(_pairs(rows, field))) for rows in sets.values()]
        yield f"| {field} | {' | '.join(f'{e:.3f}' for e in errors)} |"
    yield ""
    yield f"| rows without a doubt | {' | '.join(sets)} |"
    yield "|---|" + "---:|" * len(sets)
    for title, chosen in (
        ("share of all", lambda row: not row.task["doubts"]),
        (f"and with confidence ≥ {SURE}: share of all", lambda row: row.alone),
    ):
        kept = [[row for row in rows if chosen(row)] for rows in sets.values()]
        shares = (len(k) / (len(rows) or 1) for k, rows in zip(kept, sets.values(), strict=True))
        yield f"| {title} | {' | '.join(f'{s:.3f}' for s in shares)} |"
        rights = (sum(row.right["row"] for row in k) / (len(k) or 1) for k in kept)
        yield f"| ... of these right in lead and deadlines | {' | '.join(f'{r:.3f}' for r in rights)} |"
    yield ""
    yield "![Reliability and risk against coverage, samples of split test](trust.svg)"
    yield ""
    yield "| confidence of the row (test) | tasks | on average | right |"
    yield "|---|---:|---:|---:|"
    for k, tenth in enumerate(reliability(_pairs(sets["test"], "row"))):
        if tenth.tasks:
            span = f"{k / 10:.1f} to {(k + 1) / 10:.1f}"
            yield f"| {span} | {tenth.tasks} | {tenth.sure:.3f} | {tenth.right:.3f} |"
    yield ""
    yield "| share of rows taken, the surest first (test) | confidence down to | wrong |"
    yield "|---|---:|---:|"
    ordered = sorted((row.sure["row"] for row in sets["test"]), reverse=True)
    for coverage, risk in _tenths(risk_coverage(_pairs(sets["test"], "row"))):
        least = ordered[round(coverage * len(ordered)) - 1]
        yield f"| {coverage:.2f} | {least:.3f} | {risk:.3f} |"


def diagram(rows: Sequence[Judged]) -> str:
    """An SVG of two squares: right against sure by tenths, and wrong against the share of rows taken."""
    pairs = _pairs(rows, "row")
    width, height = 2 * _SIDE + 3 * _GAP, _SIDE + 2 * _GAP
    total = len(rows) or 1
    dots = [
        f'<circle cx="{b.sure * _SIDE:.1f}" cy="{(1 - b.right) * _SIDE:.1f}" '
        f'r="{4 + 16 * (b.tasks / total) ** 0.5:.1f}" fill="{_BLUE}" fill-opacity="0.7"/>'
        for b in reliability(pairs)
        if b.tasks
    ]
    top = 0.2  # of the second panel's scale of wrong rows
    curve = " ".join(
        f"{c * _SIDE:.1f},{(1 - min(r, top) / top) * _SIDE:.1f}" for c, r in risk_coverage(pairs)
    )
    diagonal = f'<path d="M0 {_SIDE}L{_SIDE} 0" stroke="{_GREY}" stroke-dasharray="4"/>'
    panels = (
        ("confidence", "share right", "1", [diagonal, *dots]),
        ("share of rows taken", "share wrong", f"{top}", [
            f'<polyline points="{curve}" fill="none" stroke="{_BLUE}" stroke-width="2"/>'
        ]),
    )  # fmt: skip
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">',
        '<g font-family="sans-serif" font-size="12" text-anchor="middle">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for k, (across, up, most, shapes) in enumerate(panels):
        lines += [
            f'<g transform="translate({_GAP + k * (_SIDE + _GAP)} {_GAP // 2})">',
            f'<rect width="{_SIDE}" height="{_SIDE}" fill="none" stroke="{_GREY}"/>',
            *shapes,
            f'<text x="{_SIDE // 2}" y="{_SIDE + 32}">{across}</text>',
            f'<text transform="translate(-26 {_SIDE // 2}) rotate(-90)">{up}</text>',
            f'<text x="0" y="{_SIDE + 15}">0</text><text x="{_SIDE}" y="{_SIDE + 15}">1</text>',
            f'<text x="-12" y="{_SIDE}">0</text><text x="-12" y="10">{most}</text>',
            "</g>",
        ]
    return "\n".join([*lines, "</g>", "</svg>"]) + "\n"


def _pairs(rows: Sequence[Judged], field: str) -> list[tuple[float, bool]]:
    return [(row.sure[field], row.right[field]) for row in rows]


def _tenths(curve: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """The points of the curve that first reach each tenth of the rows."""
    reached = 0
    for coverage, risk in curve:
        if coverage * 10 >= reached + 1 - 1e-9:
            reached = int(coverage * 10 + 1e-9)
            yield coverage, risk
