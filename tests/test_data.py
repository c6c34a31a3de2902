"""Every column that can hold something of a member's has a rule, and a whole community forgets one of its members."""

from __future__ import annotations

import json
import re
from pathlib import Path

import causerie_jar.storage
import pytest
from sqlalchemy import Column, ForeignKey, MetaData, String, Table, Text

from storage import tables as core
from storage.personal import (
    OWN_ID,
    along,
    emptied,
    free,
    is_json,
    label_of,
    personal,
    remembered,
    ruled,
    theirs,
    title_of,
    unruled,
    within,
)
from storage.ritual import Storages, by_name, installed
from storage.scrubbing import GONE, Who, without
from storage.tables import JSON_OBJECT
from storage.types import Json
from storage.versions import parts
from tests.contracts.notes import storage as notes

ALL: Storages = by_name([*installed().values(), causerie_jar.storage.storage, notes])
TABLES = [table for part in parts(ALL) for table in part.metadata.sorted_tables]
PRIVACY = (Path(__file__).parents[1] / "docs" / "privacy.md").read_text(encoding="utf-8")
ANA = Who("a" * 20, "U1")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_has_its_rule(table: Table) -> None:
    assert unruled(table) == []


@pytest.mark.parametrize("table", [t for t in TABLES if personal(t)], ids=lambda table: table.name)
def test_what_is_given_to_members_has_headings(table: Table) -> None:
    if any(rule.export and rule.erase in {"row", "kept", "empty"} and not rule.place for _, rule in ruled(table)):
        assert title_of(table)
        assert any(label_of(column) for column in table.columns)


def test_the_page_on_privacy_tells_of_what_holds_something_of_members() -> None:
    members, _, others = PRIVACY.partition("## What holds no member's data")
    ours = [table for part in parts(installed()) for table in part.metadata.sorted_tables]
    assert [t.name for t in ours if personal(t) and f"| `{t.name}` |" not in members] == []
    assert [t.name for t in ours if not personal(t) and f"`{t.name}`" not in others] == []
    named = set(re.findall(r"`([a-z_]+)`", members.partition("| table |")[2] + others.partition("## Elsewhere")[0]))
    assert {name for name in named if name.startswith("weekly_question_")} <= {t.name for t in ours}


def planted(*columns: Column[str]) -> Table:
    metadata = MetaData()
    for table in (core.member, core.community):
        table.to_metadata(metadata)
    return Table("planted", metadata, Column("binding_id", String(OWN_ID)), *columns)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ((Column("who", String(OWN_ID)),), "planted.who has no rule"),
        ((Column("who", ForeignKey("member.id")),), "planted.who has no rule"),
        ((Column("said", Text),), "planted.said has no rule"),
        ((Column("said", String(200)),), "planted.said has no rule"),
        ((Column("said", Json(JSON_OBJECT)),), "planted.said has no rule"),
        ((Column("who", ForeignKey("member.id"), info=free()),), "planted.who refers to a person"),
        ((Column("who", String(OWN_ID), nullable=False, info=emptied()),), "planted.who cannot be emptied"),
        ((Column("said", Text, info=along()),), "planted.said goes with a row that names nobody"),
        ((Column("who", String(OWN_ID), info=remembered("x")),), "planted.who remembers columns that are not there"),
        ((Column("who", Text, info=remembered()),), "planted.who is to be remembered, and is no id"),
    ],
)
def test_a_table_with_a_member_in_it_and_no_rule_is_found(columns: tuple[Column[str], ...], said: str) -> None:
    assert said in unruled(planted(*columns))


def test_a_table_that_would_keep_what_is_erased_is_found() -> None:
    metadata = MetaData()
    Table("answer", metadata, Column("id", String(OWN_ID), primary_key=True, info=theirs()))
    below = Table("mark", metadata, Column("answer", ForeignKey("answer.id")))
    assert unruled(below) == ["mark.answer refers to rows that are erased, and would keep them"]


def test_a_table_with_its_rules_is_well() -> None:
    table = planted(
        Column("who", String(OWN_ID), info=theirs()),
        Column("community_id", ForeignKey("community.id")),
        Column("said", Text, info=along()),
        Column("about", Json(JSON_OBJECT), info=within()),
        Column("state", String(8)),
    )
    assert unruled(table) == []
    assert [c.name for c, _ in ruled(table)] == ["who", "said", "about"]
    assert [c.name for c in table.columns if is_json(c)] == ["about"]


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ({"kind": "named", "member": ANA.id}, {"kind": "plain", "text": "…"}),
        ({"kind": "mention", "member": "U1"}, {"kind": "plain", "text": "…"}),
        ({"kind": "mention", "member": "U12"}, {"kind": "mention", "member": "U12"}),
        ({"kind": "said", "author": "U1", "text": "hers"}, GONE),
        ({"label": f"to/{ANA.id}", "kind": "internal"}, GONE),
        ({"kind": "message_link", "label": f"to/{ANA.id}", "children": []}, None),
        ({"messages": [{"author": "U1", "text": "hers"}, {"author": "U2"}]}, {"messages": [{"author": "U2"}]}),
        ({"people": [ANA.id, "b"], "seat": ANA.id}, {"people": ["b"], "seat": "…"}),
        ({"votes": {ANA.id: 1, "b": 2}, "key": f"x/{ANA.id}/y"}, {"votes": {"b": 2}, "key": "x/…/y"}),
        ({"last": {"author": ANA.id}, "count": 3}, {"last": None, "count": 3}),
        ([1, None, True, "U2"], [1, None, True, "U2"]),
    ],
)
def test_a_person_is_taken_out_of_a_value(value: object, left: object) -> None:
    found = without(value, ANA)
    assert found == ({**value, "label": "to/…"} if left is None and isinstance(value, dict) else left)
    if found is not GONE:
        assert ANA.id not in json.dumps(found)
        assert without(found, ANA) == found
