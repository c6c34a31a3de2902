"""The weekly question's store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.model import MemberId
from bot.engine.ports import Binding
from rituals.weekly_question.bank import Entry
from rituals.weekly_question.model import Reader, Round
from rituals.weekly_question.notices import Notice
from rituals.weekly_question.plan import Plan
from rituals.weekly_question.suggestion import Suggestion
from storage.owned import own
from storage.tables import binding
from storage.weekly_question import tables


@dataclass
class StoredRounds:
    """The rounds of one binding and its bank, in its unit's transaction."""

    session: AsyncSession
    binding: Binding
    _plan: Plan | None = None
    _latest: Round | None = None

    async def plan(self) -> Plan:
        """Return what was decided about the next question."""
        if self._plan is None:
            self._plan = await self.session.get(Plan, self.binding.id)
        if self._plan is None:
            self._plan = Plan()
            self.session.add(self._plan)
        return self._plan

    async def numbered(self, number: int) -> Round | None:
        """Return a round by its number."""
        where = (tables.round_.c.binding_id == self.binding.id, tables.round_.c.number == number)
        return cast("Round | None", await self.session.scalar(select(Round).where(*where)))

    async def latest(self) -> Round | None:
        """Return the last round that was asked; its answers are read once per transaction."""
        if self._latest is None:
            mine = select(Round).where(tables.round_.c.binding_id == self.binding.id)
            last = mine.order_by(tables.round_.c.number.desc()).limit(1)
            self._latest = cast("Round | None", await self.session.scalar(last))
        return self._latest

    async def asked(self) -> Sequence[tuple[str, datetime]]:
        """Return the keys of the prompts that were asked, and when, oldest first."""
        mine = tables.round_.c.binding_id == self.binding.id
        rows = select(tables.round_.c.prompt, tables.round_.c.asked_at).where(mine).order_by(tables.round_.c.number)
        return [(row.prompt, row.asked_at) for row in await self.session.execute(rows)]

    async def heard(self) -> Sequence[str]:
        """Return the keys of the prompts that the community's weekly questions asked, oldest first."""
        r = tables.round_.c
        ours = select(r.prompt).where(r.community_id == self.binding.community)
        return list(await self.session.scalars(ours.order_by(r.asked_at, r.binding_id, r.number)))

    async def entries(self) -> Sequence[Entry]:
        """Return every entry of the bank, by number."""
        mine = select(Entry).where(tables.entry.c.binding_id == self.binding.id)
        return list(await self.session.scalars(mine.order_by(tables.entry.c.number)))

    async def add_entries(self, entries: Sequence[Entry]) -> None:
        """Keep new entries."""
        self.session.add_all(entries)
        await self.session.flush()

    async def drop_entries(self, entries: Sequence[Entry]) -> None:
        """Forget entries for good."""
        for entry in entries:
            await self.session.delete(entry)
        await self.session.flush()

    async def suggestions(self) -> Sequence[Suggestion]:
        """Return every suggestion that is remembered, by number."""
        mine = select(Suggestion).where(tables.suggestion.c.binding_id == self.binding.id)
        return list(await self.session.scalars(mine.order_by(tables.suggestion.c.number)))

    async def add_suggestion(self, suggestion: Suggestion) -> None:
        """Keep a new suggestion."""
        self.session.add(suggestion)
        await self.session.flush()

    async def drop_suggestion(self, suggestion: Suggestion) -> None:
        """Forget a suggestion."""
        await self.session.delete(suggestion)
        await self.session.flush()

    async def recent(self, count: int) -> Sequence[Round]:
        """Return the last rounds that were closed and not taken back, the last one first."""
        r = tables.round_.c
        over = (r.binding_id == self.binding.id, r.closed_at.is_not(None), r.withdrawn.is_(False))
        return list(await self.session.scalars(select(Round).where(*over).order_by(r.number.desc()).limit(count)))

    async def asked_last(self) -> bool:
        """Whether no other weekly question that goes on asked later, in a message that still stands."""
        r = tables.round_.c
        last = (
            select(r.binding_id)
            .join(binding, binding.c.id == r.binding_id)
            .where(r.community_id == self.binding.community, r.gone.is_(False), binding.c.ended_at.is_(None))
            .order_by(r.asked_at.desc(), r.binding_id)
            .limit(1)
        )
        return await self.session.scalar(last) == self.binding.id

    async def readers(self) -> Sequence[Reader]:
        """Return who asked for the digest in direct messages, the first first."""
        r = tables.reader.c
        mine = select(Reader).where(r.binding_id == self.binding.id)
        return list(await self.session.scalars(mine.order_by(r.at, r.id)))

    async def reader(self, member: MemberId) -> Reader | None:
        """Return a member who asked for the digest in direct messages."""
        where = (tables.reader.c.binding_id == self.binding.id, tables.reader.c.member == member)
        return cast("Reader | None", await self.session.scalar(select(Reader).where(*where)))

    async def add_reader(self, reader: Reader) -> None:
        """Keep a new reader."""
        self.session.add(reader)
        await self.session.flush()

    async def drop_reader(self, reader: Reader) -> None:
        """Forget a reader."""
        await self.session.delete(reader)
        await self.session.flush()

    async def notice(self, name: str) -> Notice | None:
        """Return the notice with this name."""
        where = (tables.notice.c.binding_id == self.binding.id, tables.notice.c.name == name)
        return cast("Notice | None", await self.session.scalar(select(Notice).where(*where)))

    async def add_notice(self, notice: Notice) -> None:
        """Keep a new notice."""
        self.session.add(notice)
        await self.session.flush()

    async def open_notices(self) -> Sequence[Notice]:
        """Return the notices about which nobody decided yet, the first sent first."""
        n = tables.notice.c
        undecided = select(Notice).where(n.binding_id == self.binding.id, n.decision == "")
        return list(await self.session.scalars(undecided.order_by(n.at, n.id)))

    async def forget_notices(self, before: datetime, keep: Collection[str]) -> None:
        """Forget the notices that were sent before an instant, but not those named in ``keep``."""
        n = tables.notice.c
        old = (n.binding_id == self.binding.id, n.at < before, n.name.not_in(keep))
        await self.session.execute(delete(tables.notice).where(*old))

    async def add(self, round_: Round) -> None:
        """Keep a new round."""
        self.session.add(round_)
        await self.session.flush()
        self._latest = None


def open_rounds(session: AsyncSession, binding: Binding) -> StoredRounds:
    """Return the store of one weekly question."""
    own(session, binding)
    return StoredRounds(session, binding)
