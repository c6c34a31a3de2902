"""A shortened year breaks no rule; and each rule is seen to be broken when it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from benchmarks.year.chart import draw
from benchmarks.year.checks import attention, by_rule
from benchmarks.year.chronicle import Answered, Chronicle, Closed, Delivery, Event, Matter, Wish
from benchmarks.year.measure import broken, played
from benchmarks.year.people import Person
from benchmarks.year.questions import questions
from benchmarks.year.tally import ALONE, CHANNEL, MEANS, WORST, names, spread, tally
from benchmarks.year.town import BEGIN, Rhythm, town

WEEKS, MEMBERS, SEED = 4, 60, 1
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Plant = Callable[[Chronicle], None]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Chronicle:
    return asyncio.run(played(tmp_path_factory.mktemp("year"), SEED, WEEKS, MEMBERS))


def planted(year: Chronicle, plant: Plant) -> dict[str, int]:
    """Return how often each rule is broken once something is planted in a copy of the year."""
    grown = replace(year, events=list(year.events))
    plant(grown)
    return {rule: len(found) for rule, found in by_rule(iter(broken(grown))).items()}


def test_a_shortened_year_breaks_no_rule(year: Chronicle) -> None:
    assert broken(year) == []


def test_it_has_what_the_rules_are_about(year: Chronicle) -> None:
    cares = {e.care for e in year.events if isinstance(e, Delivery)}
    matters = {e.matter for e in year.events if isinstance(e, Wish)}
    assert {"", "duty", "nudge"} <= cares
    assert {"pause", "rest", "refuse"} <= matters
    assert year.away
    assert any(isinstance(e, Answered) for e in year.events)
    assert any(isinstance(e, Closed) for e in year.events)


async def test_a_seed_gives_the_same_year(year: Chronicle, tmp_path: Path) -> None:
    def begun(events: list[Event]) -> list[Delivery]:
        return [e for e in events if isinstance(e, Delivery) and e.at < BEGIN + 4 * DAY]

    again = await played(tmp_path, SEED, 1, MEMBERS)
    assert begun(again.events) == begun(year.events)


def test_it_is_counted_and_drawn(year: Chronicle, tmp_path: Path) -> None:
    counted = tally(year)
    for care in (CHANNEL, ALONE):
        assert sum(spread(counted.mean[care], MEANS)) == MEMBERS
    nudges = sum(isinstance(e, Delivery) and e.care == "nudge" for e in year.events)
    assert sum(counted.mean["nudge"]) * WEEKS == pytest.approx(nudges)
    draw(counted, tmp_path / "year.png")
    assert (tmp_path / "year.png").read_bytes().startswith(b"\x89PNG")
    assert len(names(WORST)) == len(spread([], WORST))
    assert spread([0, 1, 1, 2.5, 99], (0.0, 1.0, 3.0)) == [1, 2, 1, 1]


SOMEBODY = "U30"
LATER = BEGIN + (7 * WEEKS + 20) * DAY
"""So late that nothing of the year's matters any more."""


def wish(who: str, matter: Matter, value: object, at: datetime = LATER) -> Wish:
    return Wish(at=at, who=who, matter=matter, value=value)


def message(year: Chronicle, care: str, at: datetime = LATER + DAY) -> Delivery:
    home = year.people[SOMEBODY].homes[0]
    return Delivery(at=at, home=home, ritual="nag", question="q", label="planted", care=care, people=(SOMEBODY,))


def at_peace(year: Chronicle) -> None:
    """Let somebody wish nothing special: no quiet hours, one nudge a week, of the community that they are in."""
    home = year.people[SOMEBODY].homes[0]
    year.events += [
        wish(SOMEBODY, "join", home),
        wish(SOMEBODY, "quiet", (time(), time())),
        wish(SOMEBODY, "zone", "UTC"),
        wish(SOMEBODY, "budget", 1),
        wish(SOMEBODY, "read", ("q", True)),
    ]


def in_quiet_hours(year: Chronicle) -> None:
    year.events += [
        wish(SOMEBODY, "quiet", (time(14, 30), time(15, 30))),
        message(year, "standing", LATER + DAY + HOUR),
    ]


def in_a_pause(year: Chronicle) -> None:
    year.events += [wish(SOMEBODY, "pause", (LATER + 2 * DAY).date()), message(year, "duty")]


def in_the_communitys_pause(year: Chronicle) -> None:
    home = year.people[SOMEBODY].homes[0]
    year.events += [wish(home, "rest", (LATER + 3 * DAY).date()), message(year, "duty")]


def after_a_refusal(year: Chronicle) -> None:
    year.events += [wish(SOMEBODY, "refuse", (year.people[SOMEBODY].homes[0], "nag")), message(year, "standing")]


def after_refusing_everything(year: Chronicle) -> None:
    year.events += [wish(SOMEBODY, "refuse", (None, None)), message(year, "standing")]


def to_who_left(year: Chronicle) -> None:
    year.events += [wish(SOMEBODY, "leave", year.people[SOMEBODY].homes[0]), message(year, "duty")]


def to_who_no_longer_reads(year: Chronicle) -> None:
    year.events += [wish(SOMEBODY, "read", ("q", False)), message(year, "standing")]


def beyond_the_budget(year: Chronicle) -> None:
    year.events += [message(year, "nudge"), message(year, "nudge", LATER + 8 * DAY - timedelta(seconds=1))]


@pytest.mark.parametrize(
    ("rule", "plant"),
    [
        ("quiet hours", in_quiet_hours),
        ("own pause", in_a_pause),
        ("the community's pause", in_the_communitys_pause),
        ("refused", after_a_refusal),
        ("refused", after_refusing_everything),
        ("gone", to_who_left),
        ("never asked for", to_who_no_longer_reads),
        ("budget", beyond_the_budget),
    ],
)
def test_a_broken_peace_is_seen(year: Chronicle, rule: str, plant: Plant) -> None:
    def both(grown: Chronicle) -> None:
        at_peace(grown)
        plant(grown)

    assert planted(year, both) == {rule: 1}


@pytest.mark.parametrize("care", ["answer", "duty", "standing", "nudge"])
def test_what_is_allowed_is_no_violation(year: Chronicle, care: str) -> None:
    def plant(grown: Chronicle) -> None:
        at_peace(grown)
        home = grown.people[SOMEBODY].homes[0]
        grown.events += [
            wish(SOMEBODY, "quiet", (time(15), time(14))),
            wish(SOMEBODY, "pause", (LATER + DAY).date()),
            wish(SOMEBODY, "refuse", (home, "nag")),
            wish(SOMEBODY, "accept", (home, "nag")),
            message(grown, care),
            message(grown, care, LATER + 8 * DAY),
        ]

    assert planted(year, plant) == {}


def test_an_answer_is_never_out_of_place(year: Chronicle) -> None:
    def plant(grown: Chronicle) -> None:
        grown.events += [
            wish(SOMEBODY, "quiet", (time(0), time(23, 59))),
            wish(SOMEBODY, "pause", (LATER + 9 * DAY).date()),
            wish(SOMEBODY, "refuse", (None, None)),
            message(grown, "answer"),
        ]

    assert planted(year, plant) == {}


def of_a_round(year: Chronicle, number: int) -> Delivery:
    """Return a question of the second community, which has no pause, by its number."""
    label, home = f"round/{number}/question", "C1"
    return next(e for e in year.events if isinstance(e, Delivery) and (e.home, e.label) == (home, label))


def swapped(year: Chronicle, before: Event, *after: Event) -> None:
    at = year.events.index(before)
    year.events[at : at + 1] = after


def asked_twice(year: Chronicle) -> None:
    post = of_a_round(year, 2)
    swapped(year, post, post, replace(post, label="round/99/question", words=of_a_round(year, 3).words))


def asked_at_another_hour(year: Chronicle) -> None:
    post = of_a_round(year, 2)
    swapped(year, post, replace(post, at=post.at + HOUR))


def asked_on_another_day(year: Chronicle) -> None:
    post = of_a_round(year, 2)
    swapped(year, post, replace(post, at=post.at + 2 * DAY))


def asked_on_a_holiday(year: Chronicle) -> None:
    post = of_a_round(year, 2)
    christmas = datetime(2026, 12, 25, 19, 30, tzinfo=UTC)
    swapped(year, post, replace(post, at=christmas))


def asked_in_a_pause(year: Chronicle) -> None:
    post = of_a_round(year, 2)
    swapped(year, post, wish(post.home, "rest", (post.at + DAY).date(), post.at - DAY), post)


def not_asked(year: Chronicle) -> None:
    swapped(year, of_a_round(year, 2))


def asked_though_skipped(year: Chronicle) -> None:
    post = of_a_round(year, 2)
    year.events.append(wish(post.home, "skip", (post.question, post.at.date()), post.at - HOUR))


def asked_again_early(year: Chronicle) -> None:
    post = of_a_round(year, 3)
    swapped(year, post, replace(post, words=of_a_round(year, 1).words))


def of_another_bank(year: Chronicle) -> None:
    post = of_a_round(year, 3)
    swapped(year, post, replace(post, words="What nobody ever put into the bank?"))


def closing(year: Chronicle, number: int) -> Closed:
    question = of_a_round(year, 1).question
    return next(e for e in year.events if isinstance(e, Closed) and (e.question, e.number) == (question, number))


def closed_twice(year: Chronicle) -> None:
    closed = closing(year, 1)
    swapped(year, closed, closed, replace(closed, closed_at=closed.closed_at + HOUR))


def not_closed(year: Chronicle) -> None:
    swapped(year, closing(year, 1))


def digest(year: Chronicle) -> Delivery:
    return next(e for e in year.events if isinstance(e, Delivery) and e.label.endswith("/digest") and not e.people)


def told_twice(year: Chronicle) -> None:
    swapped(year, digest(year), digest(year), digest(year))


def not_told(year: Chronicle) -> None:
    swapped(year, digest(year))


@pytest.mark.parametrize(
    ("rule", "plant"),
    [
        ("asked twice", asked_twice),
        ("asked at another hour", asked_at_another_hour),
        ("asked on another day", asked_on_another_day),
        ("asked on a holiday", asked_on_a_holiday),
        ("asked in a pause", asked_in_a_pause),
        ("not asked", not_asked),
        ("asked though skipped", asked_though_skipped),
        ("asked again early", asked_again_early),
        ("of another bank", of_another_bank),
        ("closed twice", closed_twice),
        ("not closed", not_closed),
        ("told twice", told_twice),
        ("not told", not_told),
    ],
)
def test_what_goes_wrong_with_a_question_is_seen(year: Chronicle, rule: str, plant: Plant) -> None:
    assert rule in planted(year, plant)


def bare(person: Person, *events: Event, rhythm: Rhythm | None = None) -> Chronicle:
    """Return a year in Paris in which only this happened."""
    home = town(1)[0]
    return Chronicle(
        begin=datetime(2027, 3, 20, tzinfo=UTC),
        end=datetime(2027, 4, 6, tzinfo=UTC),
        homes={home.channel: home},
        people={person.id: person},
        away=(),
        questions={"q": (home.channel, rhythm)} if rhythm else {},
        events=list(events),
    )


def test_quiet_hours_follow_the_clocks_of_who_is_written_to() -> None:
    ana = Person(id="U1", name="Ana", language="fr", homes=("C0",), zone="Europe/Paris", quiet=(time(19), time(8)))

    def arrives(day: int) -> Delivery:
        at = datetime(2027, 3, day, 6, 30, tzinfo=UTC)
        return Delivery(at=at, home="C0", ritual="r", question="", label="l", care="duty", people=("U1",))

    # Clocks go forward on 28 March: 06:30 UTC is 07:30 before, 08:30 after.
    (found,) = attention(bare(ana, arrives(26), arrives(29)))
    assert (found.rule, found.at.day) == ("quiet hours", 26)


def test_a_question_keeps_its_local_hour_when_clocks_change() -> None:
    rhythm = Rhythm(typed="friday 09:00", days=(4,), at=time(9))
    prompts = ("Sur quoi butez-vous cette semaine ? Une question à moitié formulée fait très bien l’affaire.", "?")

    def asked(day: date, hour: int, number: int) -> Delivery:
        at = datetime.combine(day, time(hour), UTC)
        words, label = prompts[number - 1], f"round/{number}/question"
        return Delivery(at=at, home="C0", ritual="weekly_question", question="q", label=label, care="", words=words)

    def hours(second: int) -> set[str]:
        somebody = Person(id="U1", name="Ana", language="fr", homes=("C0",), zone=None)
        posts = (asked(date(2027, 3, 26), 8, 1), asked(date(2027, 4, 2), second, 2))
        return set(by_rule(questions(bare(somebody, *posts, rhythm=rhythm))))

    assert "asked at another hour" in hours(8)
    assert "asked at another hour" not in hours(7)
