"""Reports: what a mechanism counts of itself, in memory and in SQL alike, and how the figures stand on a page.

A metric is data (`engine.figures`). `count` asks the database what `measure` there asks the records it is handed; the
two agree, and `wanted` is the list of exactly the records that a number counts.
"""

from .asking import BLANK, EVERY, wanted
from .count import count
from .lines import explained, lines_of, split_by
from .model import SPANS, Block, Cell, Report, Row, Statement
from .reading import reports_of
from .scores import assessment, publish_scores
from .sheets import csv_bytes, table, xlsx_bytes
from .statement import statement

__all__ = [
    "BLANK",
    "EVERY",
    "SPANS",
    "Block",
    "Cell",
    "Report",
    "Row",
    "Statement",
    "assessment",
    "count",
    "csv_bytes",
    "explained",
    "lines_of",
    "publish_scores",
    "reports_of",
    "split_by",
    "statement",
    "table",
    "wanted",
    "xlsx_bytes",
]
