"""Engine: `advance` decides about one record, `run` carries a command and all its follow-ups into a World at once.

Pure: time, roster and calendar are handed in; nothing here touches a database, a clock or the web. `MemoryWorld` and
`simulate` run a mechanism through a year in milliseconds; `store` has the World that lasts.
"""

from .advance import EDIT, facts_of, held_back, possible
from .effects.hand_over_ import DIRECTED
from .facts import Facts
from .handing import HANDED
from .likeness import Alike, alike
from .mechanism import Mechanism, compile_mechanism
from .memory import MemoryWorld
from .model import (
    LEFT_OUT,
    Clock,
    ClockState,
    Command,
    Event,
    Last,
    Link,
    Notice,
    Outcome,
    Override,
    Paper,
    PartHeld,
    Record,
    Refusal,
    Result,
    Ring,
    Suggestion,
    left_out,
    within_day,
)
from .moving import Move, States, Unmapped, move, move_command
from .naming import called, learn_titles, parties_naming, title_of
from .numbering import number, period_of
from .permitted import editable, handles, hidden_fields, is_among, may_read
from .recount import Moved, moved_by, recount_command
from .referral import REFERRAL
from .run import ring, ring_command, run
from .scope import column_type, duty_types, scope_for, turn_types
from .signing import SIGNER, SIGNOFF
from .signing import outcome as signoff_outcome
from .simulate import Played, Timeline, simulate
from .step import id_from
from .telling import fill
from .through import read_by
from .wording import labels_for
from .world import FOUND_AT_MOST, Done, Family, Named, Parties, Records, StaleError, Surroundings, World

__all__ = [
    "DIRECTED",
    "EDIT",
    "FOUND_AT_MOST",
    "HANDED",
    "LEFT_OUT",
    "REFERRAL",
    "SIGNER",
    "SIGNOFF",
    "Alike",
    "Clock",
    "ClockState",
    "Command",
    "Done",
    "Event",
    "Facts",
    "Family",
    "Last",
    "Link",
    "Mechanism",
    "MemoryWorld",
    "Move",
    "Moved",
    "Named",
    "Notice",
    "Outcome",
    "Override",
    "Paper",
    "PartHeld",
    "Parties",
    "Played",
    "Record",
    "Records",
    "Refusal",
    "Result",
    "Ring",
    "StaleError",
    "States",
    "Suggestion",
    "Surroundings",
    "Timeline",
    "Unmapped",
    "World",
    "alike",
    "called",
    "column_type",
    "compile_mechanism",
    "duty_types",
    "editable",
    "facts_of",
    "fill",
    "handles",
    "held_back",
    "hidden_fields",
    "id_from",
    "is_among",
    "labels_for",
    "learn_titles",
    "left_out",
    "may_read",
    "move",
    "move_command",
    "moved_by",
    "number",
    "parties_naming",
    "period_of",
    "possible",
    "read_by",
    "recount_command",
    "ring",
    "ring_command",
    "run",
    "scope_for",
    "signoff_outcome",
    "simulate",
    "title_of",
    "turn_types",
    "within_day",
]
