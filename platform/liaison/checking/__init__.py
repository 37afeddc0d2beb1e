"""Checking: everything that can be said about a package before it is published, gathered from all rooms.

`check_package` reads a package from wherever it comes and answers with findings, never with an exception; `play` runs
its golden cases in memory; `prove` does both and tries the decision tables, as publishing asks; a `Jury` changes the
package bit by bit and says which changes no golden case notices.
"""

from .check import check_package, prove
from .golden import case_findings, play
from .lints import LINTS
from .model import Report
from .mutation import Jury, Mutant, Survey, mutants

__all__ = [
    "LINTS",
    "Jury",
    "Mutant",
    "Report",
    "Survey",
    "case_findings",
    "check_package",
    "mutants",
    "play",
    "prove",
]
