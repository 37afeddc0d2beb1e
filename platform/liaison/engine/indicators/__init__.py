"""Indicator trees 指标体系: values of objects and periods, made comparable, weighed, put together and ranked.

`trees_of` reads the trees of a mechanism, `assess` works one out for a period with whatever counts its metrics (records
in memory, or the database), `score` goes from values to scores alone, `publish` decides about freezing what came out.
`together` compares what several places published.
"""

from .assessing import Counting, assess, frozen
from .model import WHOLE, Assessment, Level, Node, Publication, Scores, Tree, Values
from .publishing import may_publish, publish
from .reading import tree_from, trees_of
from .scoring import score
from .together import fits, means, together

__all__ = [
    "WHOLE",
    "Assessment",
    "Counting",
    "Level",
    "Node",
    "Publication",
    "Scores",
    "Tree",
    "Values",
    "assess",
    "fits",
    "frozen",
    "may_publish",
    "means",
    "publish",
    "score",
    "together",
    "tree_from",
    "trees_of",
]
