"""Rules on columns: what they hold of members, how that is exported, and how it is erased.

Each column that can hold an id of ours, words or JSON has a rule: ``Column(…, info=theirs())``. A test walks every
table and fails where one is missing. None is needed by ``binding_id`` and ``community_id``, which are never a person's,
by what refers to another table than ``member``, and by words too short for an id, which are codes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import TypeAdapter
from sqlalchemy import Column, ForeignKey, String, Table, Text
from sqlalchemy.types import TypeDecorator

from bot.core.text import Translated
from storage.types import Json

Erase = Literal["row", "kept", "empty", "within", "with"]

OWN_ID: Final = 20
"""The length of our ids."""

_RULE, _LABEL, _TITLE = "personal", "label", "title"
_ERASED_LAST: Final = frozenset({"member.id", "channel.id"})
_NEVER_A_PERSON: Final = frozenset({"binding_id", "community_id"})


@dataclass(frozen=True, slots=True)
class Personal:
    """What a column holds of members.

    ``erase`` says what becomes of it:

    - ``row``: it names a member, whose row it is; the row is deleted. In words or JSON: rows that name the member.
    - ``kept``: as ``row``, but one keyed hash of the member and the columns ``of`` is kept.
    - ``empty``: it names a member; it becomes NULL, and the row stays.
    - ``within``: words or JSON that may name members: what names the member is taken out, and what they wrote is
      dropped; a row of which nothing is left is deleted.
    - ``with``: it goes with its row, whose member another column names.

    ``place``: it holds the platform's id of a channel; meant is the member's direct conversation with the bot.
    ``export``: rows that are the member's by this column are given to them. ``message``: it is the id of a message.
    """

    erase: Erase
    export: bool = True
    place: bool = False
    message: bool = False
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Impersonal:
    """A column holds nothing of a member's; ``message``: but where a message stands."""

    message: bool = False


Rule = Personal | Impersonal
Info = dict[Any, Any]


def theirs(label: Translated | None = None, *, export: bool = True) -> Info:
    """It names the member whose row it is: the row is exported, and deleted."""
    return _info(Personal("row", export=export), label)


def remembered(*of: str) -> Info:
    """It names the member whose row it is; of a deleted row one keyed hash is kept, over the columns ``of``."""
    return _info(Personal("kept", of=of))


def emptied(*, export: bool = True, place: bool = False) -> Info:
    """It names a member: the row is exported; the name becomes NULL, and the row stays."""
    return _info(Personal("empty", export=export, place=place))


def within(label: Translated | None = None) -> Info:
    """It may name members, in words or JSON: what names the member is taken out."""
    return _info(Personal("within"), label)


def along(label: Translated | None = None, *, export: bool = True, message: bool = False) -> Info:
    """It goes with its row, whose member another column names."""
    return _info(Personal("with", export=export, message=message), label)


def placed() -> Info:
    """It is the platform's id of a channel: rows in the member's direct conversation are deleted."""
    return _info(Personal("row", export=False, place=True))


def free(label: Translated | None = None, *, message: bool = False) -> Info:
    """It holds nothing of a member's; ``message``: it is the id of a message."""
    return _info(Impersonal(message), label)


def shown(label: Translated) -> Info:
    """Under this heading it is shown to who asks for their data; for columns that need no rule."""
    return {_LABEL: label}


def titled(title: Translated) -> Info:
    """A table is shown under this title to who asks for their data."""
    return {_TITLE: title}


def _info(rule: Rule, label: Translated | None = None) -> Info:
    return {_RULE: rule} | ({} if label is None else {_LABEL: label})


def rule_of(column: Column[Any]) -> Rule | None:
    """Return a column's rule, None when it has none."""
    found: Rule | None = column.info.get(_RULE)
    return found


def label_of(column: Column[Any]) -> Translated | None:
    """Return a column's heading, None when it is not shown to people."""
    found: Translated | None = column.info.get(_LABEL)
    return found


def title_of(table: Table) -> Translated | None:
    """Return a table's title, None when it has none."""
    found: Translated | None = table.info.get(_TITLE)
    return found


def ruled(table: Table) -> Iterator[tuple[Column[Any], Personal]]:
    """Yield the columns that hold something of members, with their rules."""
    for column in table.columns:
        rule = rule_of(column)
        if isinstance(rule, Personal):
            yield column, rule


def personal(table: Table) -> bool:
    """Whether a table holds something of members."""
    return any(True for _ in ruled(table))


def is_json(column: Column[Any]) -> bool:
    """Whether a column holds JSON."""
    return isinstance(column.type, Json)


def adapter_of(column: Column[Any]) -> TypeAdapter[Any]:
    """Return what reads and writes the values of a column of JSON; raises TypeError for another column."""
    if isinstance(column.type, Json):
        return column.type.adapter
    raise TypeError(f"{column} holds no JSON")


def is_id(column: Column[Any]) -> bool:
    """Whether a column holds one of our ids."""
    if column.foreign_keys:
        return any(key.column.name == "id" for key in column.foreign_keys)
    return isinstance(column.type, String) and not isinstance(column.type, Text) and column.type.length == OWN_ID


def unruled(table: Table) -> list[str]:
    """Return the columns whose rule is missing, or cannot be followed, each with why."""
    wrong: list[str] = []
    owners = [c.name for c, rule in ruled(table) if rule.erase in {"row", "kept", "empty"} and not rule.place]
    for column in table.columns:
        rule, name = rule_of(column), f"{table.name}.{column.name}"
        if rule is None and _needs_rule(column):
            wrong.append(f"{name} has no rule")
        if isinstance(rule, Personal):
            if rule.erase == "empty" and not column.nullable:
                wrong.append(f"{name} cannot be emptied")
            if rule.erase == "with" and not owners:
                wrong.append(f"{name} goes with a row that names nobody")
            if rule.erase == "kept" and set(rule.of) - set(table.columns.keys()):
                wrong.append(f"{name} remembers columns that are not there")
            if rule.erase == "kept" and not is_id(column):
                wrong.append(f"{name} is to be remembered, and is no id")
        if any(_going(key) for key in column.foreign_keys):
            wrong.append(f"{name} refers to rows that are erased, and would keep them")
        if isinstance(rule, Impersonal) and _person(column):
            wrong.append(f"{name} refers to a person")
    return wrong


def _needs_rule(column: Column[Any]) -> bool:
    if column.name in _NEVER_A_PERSON:
        return False
    if column.foreign_keys:
        return _person(column)
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return isinstance(kind, String) and (kind.length is None or kind.length >= OWN_ID)


def _person(column: Column[Any]) -> bool:
    return any(_target(key) == "member.id" for key in column.foreign_keys)


def _going(key: ForeignKey) -> bool:
    """Whether rows that are referred to may be erased, and the reference forbids it; a person is erased last."""
    gone = [rule for _, rule in ruled(key.column.table) if rule.erase in {"row", "kept"} and rule.export]
    return bool(gone) and _target(key) not in _ERASED_LAST and key.ondelete not in {"CASCADE", "SET NULL"}


def _target(key: ForeignKey) -> str:
    return f"{key.column.table.name}.{key.column.name}"
