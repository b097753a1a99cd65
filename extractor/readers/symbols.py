"""Characters of the symbol fonts (Symbol, Wingdings, Webdings) as the Unicode signs that they show.

Such a font draws its own signs at codes of other letters, which files hold as they are or moved up
to U+F000. Only what bullets and check boxes use is told apart; the rest shows as a bullet.
"""

from __future__ import annotations

_SYMBOL = {0xB7: "•", 0xB0: "°", 0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB4: "×", 0xDE: "⇒", 0xAE: "→"}
_WINGDINGS = {
    0x6C: "●", 0x6D: "○", 0x6E: "■", 0x6F: "□", 0x71: "□", 0x72: "□", 0x73: "◆", 0x74: "◆",
    0x75: "◆", 0x76: "◆", 0x77: "◆", 0x9E: "•", 0x9F: "•", 0xA1: "○", 0xA7: "▪", 0xA8: "□",
    0xD8: "➢", 0xE0: "→", 0xE8: "➔", 0xF0: "⇨", 0xFC: "✓", 0xFB: "✗", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_PRIVATE = range(0xF000, 0xF100)


def symbol(char: str, font: str) -> str:
    """The sign that a character shows in its font; itself in a font of letters."""
    name, code = font.lower(), ord(char)
    moved = code in _PRIVATE
    code -= 0xF000 * moved
    if name.startswith(("wingdings", "webdings")):
        return _WINGDINGS.get(code, "•" if code > 0x20 else " ")
    if name.startswith("symbol") or moved:
        if 0x20 <= code < 0x40:
            return chr(code)  # digits and stops, "-" and "+" among them
        return _SYMBOL.get(code, _WINGDINGS.get(code, "•") if moved else char)
    if char == "o" and name.startswith("courier new"):
        return "◦"  # Word's own second-level bullet
    return char
