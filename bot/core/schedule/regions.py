"""Public holidays by region, from python-holidays (imported when first asked for: it knows 250 countries)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal

from bot.core.errors import UserError
from bot.core.folding import flat
from bot.core.i18n import words
from bot.core.schedule.lexicon import excerpt, nearest, typed
from bot.core.text import Code

if TYPE_CHECKING:
    from holidays import HolidayBase

t, _ = words("causerie")

FARTHEST_MOVE = 14
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Holidays:
    """The public holidays of a region (None: nowhere's), and what becomes of what falls on one.

    ``move`` puts it on the next working day, at the same time; where the next occurrence comes first, or no working
    day within two weeks, it is skipped.
    """

    region: str | None = None
    policy: Literal["ignore", "skip", "move"] = "ignore"

    def place(self, day: date, following: date) -> date | None:
        """Return the day on which what is due on ``day`` takes place, before ``following``; None: it is skipped."""
        if self.region is None or self.policy == "ignore":
            return day
        calendar = _calendar(self.region)
        if day not in calendar:
            return day
        if self.policy == "skip":
            return None
        days = (day + timedelta(days=n) for n in range(1, min(FARTHEST_MOVE, (following - day).days - 1) + 1))
        return next((later for later in days if calendar.is_working_day(later)), None)


def known_region(code: str) -> bool:
    """Whether holidays are known for exactly this code: a country (``FR``) or a part of one (``CA-QC``)."""
    country, _, part = code.partition("-")
    parts = _parts().get(country)
    return parts is not None and ("-" not in code or part in parts)


def region(text: str) -> str:
    """Return the code of the region that somebody named, by its code or its name in English or French.

    Raises:
        UserError: no holidays are known for it, or several regions have that name; says what is allowed.
    """
    named = typed(text)
    code = named.upper().replace(" ", "-").replace("_", "-")
    if known_region(code):
        return code
    country, _, part = code.partition("-")
    found = sorted(_names().get(named, ()))
    if len(found) == 1:
        return found[0]
    if found:
        raise UserError(
            t(
                "Several regions are called {text}: write {regions}.",
                text=Code(excerpt(text)),
                regions=", ".join(found[:_SHOWN]),
            )
        )
    if part and _parts().get(country):
        raise UserError(
            t(
                "{country} has no region {part}. It has {regions}.",
                country=country,
                part=excerpt(part),
                regions=", ".join(f"{country}-{p}" for p in _parts()[country]),
            )
        )
    if close := nearest(named, _names()):
        raise UserError(
            t(
                "No public holidays are known for {text}. Did you mean {region}?",
                text=Code(excerpt(text)),
                region=Code(min(_names()[close])),
            )
        )
    raise UserError(
        t(
            "No public holidays are known for {text}. Write a country or a part of one, such as `FR` or `CA-QC`.",
            text=Code(excerpt(text)),
        )
    )


@cache
def _calendar(code: str) -> HolidayBase:
    from holidays import country_holidays  # noqa: PLC0415 - slow, and only for those who keep holidays

    country, _, part = code.partition("-")
    return country_holidays(country, subdiv=part or None)


@cache
def _parts() -> dict[str, list[str]]:
    from holidays import list_supported_countries  # noqa: PLC0415 - slow, and only to check a code

    found: dict[str, list[str]] = list_supported_countries(include_aliases=False)
    return {country: [p for p in parts if p.isalnum() and p == p.upper()] for country, parts in found.items()}


@cache
def _names() -> dict[str, set[str]]:
    """Return codes by the folded names of countries (English, French) and of their parts (their own languages)."""
    from babel import Locale  # noqa: PLC0415 - only when somebody names a region
    from holidays import country_holidays, list_supported_countries  # noqa: PLC0415

    names: defaultdict[str, set[str]] = defaultdict(set)
    for country, parts in _parts().items():
        for language in ("en", "fr"):
            names[flat(Locale(language).territories.get(country, country))].add(country)
        for part, aliases in country_holidays(country).get_subdivision_aliases().items():
            for alias in aliases if part in parts else ():
                names[flat(alias)].add(f"{country}-{part}")
    for alias in list_supported_countries(include_aliases=True):
        names[flat(alias)].add(country_holidays(alias).country)
    return dict(names)
