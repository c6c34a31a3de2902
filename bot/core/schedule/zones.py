"""Time zones as people name them, and local times as instants across daylight-saving changes."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.core.errors import UserError
from bot.core.folding import flat
from bot.core.i18n import words
from bot.core.schedule.lexicon import excerpt, nearest, typed
from bot.core.text import Code

t, _ = words("causerie")

_QUARTERS = {"Brazil", "Canada", "Chile", "Mexico", "US"}  # Canada/Eastern is no city.
_LARGE_CITIES = {
    "geneva": "Europe/Zurich",
    "geneve": "Europe/Zurich",
    "lausanne": "Europe/Zurich",
    "lyon": "Europe/Paris",
    "marseille": "Europe/Paris",
    "ottawa": "America/Toronto",
    "quebec": "America/Toronto",
}
_SECOND = timedelta(seconds=1)


def at_local(day: date, at: time, zone: str) -> datetime:
    """Return the instant (UTC) at which clocks in ``zone`` show ``at`` on ``day``.

    A time that the clocks jump over becomes the first one after it; one that they show twice is its first showing.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: there is no such zone.
    """
    clocks = ZoneInfo(zone)
    local = datetime.combine(day, at.replace(fold=0), clocks)
    after = local.astimezone(UTC)
    if after.astimezone(clocks).replace(tzinfo=None) == local.replace(tzinfo=None):
        return after
    before = local.replace(fold=1).astimezone(UTC)
    offset = after.astimezone(clocks).utcoffset()
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        if middle.astimezone(clocks).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def zone(text: str) -> str:
    """Return the IANA time zone that somebody named, by its name or by its city in English or French.

    Abbreviations such as EST are refused: they do not say when clocks change.

    Raises:
        UserError: there is no such zone; says which one is close.
    """
    named = typed(text).replace("_", " ")
    names, cities = _index()
    if named in names:
        return names[named]
    city = named.split(",")[0]
    if city in cities:
        return cities[city]
    if close := nearest(named, names) or nearest(city, cities):
        raise UserError(
            t(
                "There is no time zone {text}. Did you mean {zone}?",
                text=Code(excerpt(text)),
                zone=Code((names | cities)[close]),
            )
        )
    raise UserError(
        t(
            "There is no time zone {text}. Write a large city or a zone, such as `Europe/Paris` or `America/Toronto`.",
            text=Code(excerpt(text)),
        )
    )


@cache
def _index() -> tuple[dict[str, str], dict[str, str]]:
    """Return the zones by folded name, and by folded name of their city where only one has it."""
    from babel import Locale  # noqa: PLC0415 - only when somebody names a zone
    from babel.core import get_global  # noqa: PLC0415

    known = {name for name in available_timezones() if _clear(name)}
    same: dict[str, str] = dict(get_global("zone_aliases"))
    cities: defaultdict[str, set[str]] = defaultdict(set)
    for name in known | {old for old, new in same.items() if new in known and _clear(old)}:
        if name.split("/")[0] not in _QUARTERS:
            cities[flat(name.rsplit("/", 1)[-1]).replace("_", " ")].add(name if name in known else same[name])
    for city, name in _LARGE_CITIES.items():
        cities[city].add(name)
    for language in ("en", "fr", "fr_CA"):
        for name, words_for in Locale.parse(language).time_zones.items():
            if name in known and "city" in words_for:
                cities[flat(words_for["city"])].add(name)
    return (
        {flat(name).replace("_", " "): name for name in sorted(known)},
        {city: found[0] for city, alike in cities.items() if len(found := _distinct(alike, same)) == 1},
    )


def _clear(name: str) -> bool:
    """Whether a zone is a place or UTC: not the machine's own, an offset in disguise or an abbreviation."""
    return name in {"UTC", "GMT"} or not (name in {"Factory", "localtime"} or name.isupper() or name.startswith("Etc/"))


def _distinct(found: set[str], same: dict[str, str]) -> list[str]:
    """Return the zones without those that are only another name of one of them."""
    return sorted(name for name in found if same.get(name, name) == name or same[name] not in found)
