"""From words with boxes to a notice's text: what PDF pages and scanned ones have in common.

Pure functions over `boxes.Word`: `boxes` sets words into rows, `columns` finds the reading order,
`grid` reads ruled tables, `flow` joins rows to paragraphs and pages to one text.
"""
