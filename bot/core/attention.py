"""Attention is scarce: when may a message reach a member? Budget, quiet hours, pauses, refusals, load."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.effects import Care
from bot.core.model import MemberId

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """What a member allows. ``zone`` is that of their quiet hours; ``spent``: nudges of late, UTC."""

    zone: str
    quiet_from: time
    quiet_to: time
    weekly_budget: int
    spent: Sequence[datetime] = ()
    paused_until: datetime | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Now:
    """It may be said at once."""


@dataclass(frozen=True, slots=True)
class NotBefore:
    """It has to wait until ``at`` (UTC), and to be asked again then."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Never:
    """It is not to be said at all: the member refused it."""


Verdict = Now | NotBefore | Never


def end_of_quiet(now: datetime, zone: str, start: time, end: time) -> datetime:
    """Return ``now`` outside the quiet hours, else their end (UTC). ``start`` = ``end``: there are none."""
    local = now.astimezone(ZoneInfo(zone))
    clock = local.time().replace(tzinfo=None)
    quiet = start <= clock < end if start <= end else clock >= start or clock < end
    if not quiet:
        return now
    day = local.date() if clock < end else local.date() + timedelta(days=1)
    over = datetime.combine(day, end, ZoneInfo(zone)).astimezone(now.tzinfo)
    # An end inside a DST gap or fold may not lie ahead: the first valid instant after it does.
    return over if over > now else now + timedelta(minutes=1)


def verdict(care: Care, now: datetime, member: Availability, community_paused_until: datetime | None = None) -> Verdict:
    """Say when a message of this care may reach this member.

    An ANSWER always may. All others wait out pauses and quiet hours. NUDGE also keeps within the member's budget of any
    seven days. NUDGE and STANDING are never said to who refused them.
    """
    if care is Care.ANSWER:
        return Now()
    if care in {Care.NUDGE, Care.STANDING} and member.refused:
        return Never()
    if care is Care.NUDGE and member.weekly_budget <= 0:
        return Never()
    at = now
    pauses = [p for p in (member.paused_until, community_paused_until) if p is not None]
    for _ in range(2 * (len(pauses) + len(member.spent)) + 2):
        before = at
        at = max([at, *(p for p in pauses if p > at)])
        if care is Care.NUDGE:
            at = _within_budget(at, member.weekly_budget, member.spent)
        at = end_of_quiet(at, member.zone, member.quiet_from, member.quiet_to)
        if at == before:
            break
    return Now() if at == now else NotBefore(at)


def _within_budget(at: datetime, budget: int, spent: Sequence[datetime]) -> datetime:
    recent = sorted(s for s in spent if s > at - WEEK)
    return recent[-budget] + WEEK if len(recent) >= budget else at


def verdict_for_all(
    care: Care, now: datetime, members: Iterable[Availability], community_paused_until: datetime | None = None
) -> Verdict:
    """Say when a message may reach everyone in a conversation: never if one never, else the latest of the waits."""
    waits = [now]
    for member in members:
        match verdict(care, now, member, community_paused_until):
            case Never():
                return Never()
            case NotBefore(at):
                waits.append(at)
            case Now():
                pass
    return Now() if max(waits) == now else NotBefore(max(waits))


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadEntry:
    """Work done for the community: ``units`` of about a quarter of an hour, at ``at`` (UTC)."""

    member: MemberId
    role: str
    units: float
    at: datetime


def carried(entries: Iterable[LoadEntry], now: datetime, weeks: int = 12) -> dict[MemberId, float]:
    """Return what each member carried over the last ``weeks``, all roles together."""
    since = now - weeks * WEEK
    total: dict[MemberId, float] = {}
    for entry in entries:
        if entry.at > since:
            total[entry.member] = total.get(entry.member, 0.0) + entry.units
    return total
