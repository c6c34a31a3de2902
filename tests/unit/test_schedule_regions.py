from __future__ import annotations

from datetime import date

import pytest

from bot.core.errors import UserError
from bot.core.i18n import Catalogues, voice
from bot.core.schedule import Holidays, known_region, region


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("CA-QC", True),
        ("FR", True),
        ("FR-57", True),
        ("CH-GE", True),
        ("US", True),
        ("UK", False),
        ("ca-qc", False),
        ("CA-XX", False),
        ("CA-", False),
        ("ZZ", False),
        ("", False),
    ],
)
def test_known_regions(code: str, known: bool) -> None:  # noqa: FBT001 - expected value
    assert known_region(code) is known


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("CA-QC", "CA-QC"),
        ("ca qc", "CA-QC"),
        ("Québec", "CA-QC"),
        ("quebec", "CA-QC"),
        ("fr", "FR"),
        ("France", "FR"),
        ("Suisse", "CH"),
        ("Genève", "CH-GE"),
        ("Belgique", "BE"),
        ("États-Unis", "US"),
        ("UK", "GB"),
    ],
)
def test_people_name_regions_by_code_or_name(typed: str, code: str) -> None:
    assert region(typed) == code


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("CA-PQ", "CA has no region PQ. It has CA-AB, CA-BC, "),
        ("Georgia", "Several regions are called Georgia: write GE, US-GA."),
        ("frnace", "No public holidays are known for frnace. Did you mean FR?"),
        ("ZZ", "No public holidays are known for ZZ. Write a country or a part of one, such as FR or CA-QC."),
        ("VA-XX", "No public holidays are known for VA-XX. Write a country"),
        ("z" * 10_000, "No public holidays are known for zzz"),
    ],
)
def test_unknown_regions_are_refused_with_what_is_allowed(typed: str, reason: str) -> None:
    with pytest.raises(UserError) as refused:
        region(typed)
    sentence = Catalogues({}).sentence(refused.value.text.blocks[0].children[0], voice("en"))  # type: ignore[union-attr]
    assert sentence.startswith(reason)


@pytest.mark.parametrize(
    ("holidays", "placed"),
    [
        (Holidays(), date(2026, 6, 24)),
        (Holidays(None, "skip"), date(2026, 6, 24)),
        (Holidays("CA-QC"), date(2026, 6, 24)),
        (Holidays("CA-ON", "skip"), date(2026, 6, 24)),
        (Holidays("CA-QC", "skip"), None),
        (Holidays("CA-QC", "move"), date(2026, 6, 25)),
    ],
)
def test_saint_john_the_baptist_is_kept_in_quebec(holidays: Holidays, placed: date | None) -> None:
    assert holidays.place(date(2026, 6, 24), date(2026, 7, 1)) == placed


def test_a_move_never_reaches_the_next_one() -> None:
    friday, monday = date(2026, 12, 25), date(2026, 12, 28)
    assert Holidays("FR", "move").place(friday, monday) is None
    assert Holidays("FR", "move").place(friday, date(2026, 12, 29)) == monday
