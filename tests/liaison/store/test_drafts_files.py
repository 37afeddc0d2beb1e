"""Drafts and the files they and records name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from liaison.engine import Command, Outcome
from liaison.store import (
    DraftChangedError,
    FileTooLargeError,
    SqlWorld,
    add_file,
    begin_draft,
    content,
    discard_draft,
    draft_of,
    drafts_of,
    files,
    named_by,
    save_draft,
    space,
    sweep_drafts,
    sweep_files,
    timeline,
    token_owner,
)
from liaison.store import tables as t

OWNER = token_owner("a token")


def test_a_draft_is_saved_as_one_types(place: Any) -> None:
    with place.database.write() as connection:
        draft = begin_draft(connection, place.installation, "matter", "submit", OWNER, place.now)
        assert save_draft(connection, draft.id, OWNER, {"company": "甲"}, 1, place.now) == 2
        with pytest.raises(DraftChangedError) as caught:
            save_draft(connection, draft.id, OWNER, {"company": "乙"}, 1, place.now)
        assert caught.value.revision == 2
        with pytest.raises(KeyError):
            save_draft(connection, draft.id, token_owner("another"), {}, 2, place.now)
        with pytest.raises(ValueError, match=r"store\.draft_too_large"):
            save_draft(connection, draft.id, OWNER, {"company": "x" * 300_000}, 2, place.now)
        kept = draft_of(connection, draft.id, OWNER)
        assert kept is not None
        assert (kept.values, kept.revision) == ({"company": "甲"}, 2)
        assert draft_of(connection, draft.id, "somebody") is None
        assert [one.id for one in drafts_of(connection, OWNER)] == [draft.id]
        with pytest.raises(KeyError):
            begin_draft(connection, "nowhere", "matter", "submit", OWNER, place.now)


def test_submitting_a_draft_twice_makes_one_matter(place: Any) -> None:
    with place.database.write() as connection:
        draft = begin_draft(connection, place.installation, "matter", "submit", OWNER, place.now)
    first, second = place.submit(draft.id), place.submit(draft.id)
    assert first.record == second.record
    with place.database.write() as connection:
        discard_draft(connection, draft.id, OWNER)
        assert draft_of(connection, draft.id, OWNER) is None


def test_old_drafts_are_swept(place: Any) -> None:
    with place.database.write() as connection:
        begin_draft(connection, place.installation, "matter", "submit", OWNER, place.now)
        later = place.now + timedelta(days=20)
        fresh = begin_draft(connection, place.installation, "matter", "submit", OWNER, later)
        assert sweep_drafts(connection, place.now + timedelta(days=31)) == 1
        assert [one.id for one in drafts_of(connection, OWNER)] == [fresh.id]


def test_the_same_bytes_are_kept_once(place: Any) -> None:
    with place.database.write() as connection:
        one = add_file(connection, "district", "a.pdf", "application/pdf", b"bytes", OWNER, place.now)
        two = add_file(connection, "district", "b.pdf", "application/pdf", b"bytes", "office", place.now)
        assert one.id != two.id
        assert connection.execute(select(func.count()).select_from(t.FileBlob)).scalar() == 1
        assert content(connection, two.id) == b"bytes"
        assert files(connection, [one.id, "nothing"])[one.id].name == "a.pdf"
        assert space(connection, OWNER, place.now) == 5
        with pytest.raises(KeyError):
            content(connection, "nothing")
        with pytest.raises(FileTooLargeError):
            add_file(connection, "district", "c", "x", b"0" * (20 * 1024 * 1024 + 1), OWNER, place.now)


def test_what_a_record_names_is_its_file(place: Any) -> None:
    """The writer notes it: once the record names another, the first is an orphan."""
    with place.database.write() as connection:
        first, second = (
            add_file(connection, "district", name, "image/png", name.encode(), OWNER, place.now) for name in "ab"
        )
    id_ = place.submit().record
    for file, revision in ((first, 2), (second, 3)):
        with place.database.write() as connection:
            world = SqlWorld(connection, place.database.shelf, writes=True)
            before = world.families([id_])[id_].record
            after = replace(before, revision=revision, values={**before.values, "paper_scan": [file.id]})
            event = replace(timeline(connection, id_)[-1], seq=revision)
            world.write(
                Command("sign", place.office, f"sign/{revision}"), [Outcome(before, after, (event,))], place.now
            )
        with place.database.read() as connection:
            assert named_by(connection, file.id) == [id_]
    with place.database.write() as connection:
        assert named_by(connection, first.id) == []
        assert sweep_files(connection, place.now + timedelta(days=2)) == 1
        assert files(connection, [first.id, second.id]).keys() == {second.id}


def test_orphans_are_swept_and_what_is_named_stays(place: Any) -> None:
    with place.database.write() as connection:
        draft = begin_draft(connection, place.installation, "matter", "submit", OWNER, place.now)
        named = add_file(connection, "district", "a", "text/plain", b"named", OWNER, place.now)
        add_file(connection, "district", "b", "text/plain", b"orphan", OWNER, place.now)
        add_file(connection, "district", "c", "text/plain", b"named", OWNER, place.now)
        save_draft(connection, draft.id, OWNER, {"scan": [named.id]}, 1, place.now, files=[named.id, "unknown"])
        assert sweep_files(connection, place.now) == 0
        assert sweep_files(connection, place.now + timedelta(days=2)) == 2
        assert content(connection, named.id) == b"named"
        assert connection.execute(select(func.count()).select_from(t.FileBlob)).scalar() == 1
        discard_draft(connection, draft.id, OWNER)
        assert sweep_files(connection, place.now + timedelta(days=2)) == 1
        assert connection.execute(select(func.count()).select_from(t.FileBlob)).scalar() == 0


def test_a_name_typed_as_a_signature_opens_no_file(place: Any) -> None:
    """A signature is a name or a drawing; that it reads like a file's id makes it none."""
    with place.database.write() as connection:
        file = add_file(connection, "district", "a.png", "png", b"not theirs", OWNER, place.now)
    id_ = place.submit().record
    with place.database.write() as connection:
        world = SqlWorld(connection, place.database.shelf, writes=True)
        before = world.families([id_])[id_].record
        after = replace(before, revision=2, values={**before.values, "signature": file.id})
        event = replace(timeline(connection, id_)[-1], seq=2)
        world.write(Command("sign", place.office, "sign/2"), [Outcome(before, after, (event,))], place.now)
        assert named_by(connection, file.id) == []
