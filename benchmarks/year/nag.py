"""A ritual that nobody would want: every day it writes to whoever it may, at any hour, and never takes a hint."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import MetaData, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import registry

from bot.core.effects import Care, DirectMessage, Effect, Wake
from bot.core.events import Due
from bot.core.i18n import words
from bot.core.model import Label, MemberId
from bot.core.text import Text, paragraph
from bot.engine.ports import Binding
from bot.engine.ritual import Hears, Moment, Ritual, Settings
from storage.ritual import RitualStorage
from storage.tables import NAMING, member, membership

t, tn = words("nag")

NAME = "nag"
PATIENCE = timedelta(hours=20)
AHEAD = 2
STRETCH = 4
STRETCHES = 364
STUBBORN = 12
"""Of so many nudges one waits as long as it must; the others give up after ``PATIENCE``."""


class NoSettings(Settings):
    """There is nothing to set."""


Now = Moment[NoSettings]


@dataclass(frozen=True)
class Addresses:
    """Who is in the community."""

    session: AsyncSession
    binding: Binding

    async def everybody(self) -> Sequence[tuple[MemberId, str]]:
        """Return (id, the platform's id) of every member."""
        query = (
            select(member.c.id, member.c.external)
            .join(membership, membership.c.member_id == member.c.id)
            .where(membership.c.community_id == self.binding.community, membership.c.left_at.is_(None))
            .where(member.c.addressable)
            .order_by(member.c.id)
        )
        return [(row.id, row.external) for row in await self.session.execute(query)]


async def agenda(_: Addresses, moment: Now) -> Sequence[Wake]:
    """Wake every day, at another hour each day."""
    today = moment.now.date()
    days = (today + timedelta(days=n) for n in range(AHEAD + 1))
    instants = {d: datetime.combine(d, time(d.toordinal() * 7 % 24, 5), UTC) for d in days}
    return [Wake(Label(f"nag/{d}"), at, PATIENCE) for d, at in instants.items() if at > moment.now]


def ritual(always: frozenset[str]) -> Ritual[Addresses, NoSettings]:
    """Return the ritual. It writes to ``always`` every day, and to everybody else for some days in a row."""

    async def nag(store: Addresses, event: Due, moment: Now) -> Sequence[Effect]:
        day = date.fromisoformat(event.label.partition("/")[2])
        return [
            DirectMessage(
                label=Label(f"{event.label}/{id_}"),
                to=frozenset({id_}),
                body=paragraph(t("Are you still there?")),
                care=Care.NUDGE,
                until=None if _drawn(id_, day) % STUBBORN == 0 else moment.now + PATIENCE,
            )
            for id_, external in await store.everybody()
            if external in always or _turn(id_, day)
        ]

    return Ritual(
        name=NAME,
        title=t("The nag"),
        settings=NoSettings,
        agenda=agenda,
        summary=silence,
        hears=(Hears(Due, nag),),
    )


async def silence(_: Addresses, __: Now) -> Text:
    """Tell nothing."""
    return Text()


def _turn(id_: MemberId, day: date) -> bool:
    """Whether a member is in their bad days: some in a row, for those whose turn comes within a year."""
    return _drawn(id_) % STRETCHES == day.toordinal() // STRETCH % STRETCHES


def _drawn(*of: object) -> int:
    return int.from_bytes(hashlib.blake2b("|".join(map(str, of)).encode(), digest_size=4).digest())


def _no_classes(_: registry) -> None:
    return None


storage: RitualStorage[Addresses] = RitualStorage(
    name=NAME,
    metadata=MetaData(naming_convention=NAMING),
    migrations="tests.engine.bare.migrations",
    map_classes=_no_classes,
    open=Addresses,
)
