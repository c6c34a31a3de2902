"""The preview: whoever is in charge sees the next question a day ahead; the first to decide wins, all copies follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.degrade import Capabilities
from bot.core.text import Button
from tests.engine.platform import Put, buttons_by_label
from tests.engine.world import World, whispers
from tests.rituals.test_weekly_question import MONDAY, NEXT, asked_at, questions

SUNDAY = NEXT - timedelta(days=1)


def copy(world: World, who: str) -> Put:
    """Return the last preview that somebody got."""
    return [m for m in world.platform.messages if m.people == (who,) and not m.gone][-1]


def copies(world: World) -> list[Put]:
    return [m for m in world.platform.messages if m.channel.startswith("D:")]


@pytest.fixture
async def both(practice: World) -> World:
    """Let Ana and Bo be in charge, and the first question be asked."""
    await practice.command("ana", "coordinator add @bo")
    await practice.until(SUNDAY)
    return practice


async def press(world: World, who: str, label: str) -> list[str]:
    message = copy(world, who)
    return whispers(await world.press(who, message.buttons[label], message.id))


def question_of(put: Put) -> str:
    return next(row.removeprefix("> ") for row in put.words.split("\n") if row.startswith("> "))


async def test_it_comes_a_day_ahead_and_unanswered_the_question_is_asked(both: World) -> None:
    shown = [copy(both, who) for who in ("ana", "bo")]
    assert [m.at for m in shown] == [SUNDAY, SUNDAY]
    assert all(m.words.startswith("Next question in Practice: Monday 30 November, 09:00.") for m in shown)
    assert all("If nobody decides, it is asked as it is." in m.words for m in shown)
    assert [list(m.buttons) for m in shown] == [["Ask it", "Another one", "Skip this week", "Edit"]] * 2
    expected = question_of(shown[0])

    await both.until(NEXT)

    assert questions(both)[-1].words.startswith(expected)
    assert [m.words for m in shown] == [f"Asked in Practice on Monday 30 November, 09:00: “{expected}”"] * 2
    assert shown[0].buttons == {}


async def test_the_first_to_decide_wins_and_all_copies_say_so(both: World) -> None:
    assert await press(both, "bo", "Ask it") == []

    for who in ("ana", "bo"):
        assert "bo settled it: it is asked as it is." in copy(both, who).words
        assert copy(both, who).buttons == {}


async def test_a_later_press_is_told_what_was_decided(both: World) -> None:
    late = copy(both, "ana").buttons["Skip this week"]
    await press(both, "bo", "Ask it")

    (told,) = whispers(await both.press("ana", late))

    assert told == "It is decided already. bo settled it: it is asked as it is."
    await both.until(NEXT)
    assert asked_at(both)[-1] == NEXT


async def test_another_one_is_shown_in_all_copies(both: World) -> None:
    before, old = question_of(copy(both, "ana")), copy(both, "bo").buttons["Another one"]
    assert await press(both, "ana", "Another one") == []
    shown = question_of(copy(both, "bo"))

    assert shown == question_of(copy(both, "ana")) != before
    (told,) = whispers(await both.press("bo", old))
    assert "Another one was chosen meanwhile" in told
    assert shown in told
    await both.until(NEXT)
    assert questions(both)[-1].words.startswith(shown)


async def test_a_skipped_week_is_skipped_once(both: World) -> None:
    late = copy(both, "bo").buttons["Skip this week"]
    await press(both, "ana", "Skip this week")

    assert copy(both, "bo").words == "ana skipped the question of Monday 30 November in Practice."
    assert "ana skipped it." in whispers(await both.press("bo", late))[0]
    await both.until(NEXT + timedelta(weeks=1))
    assert asked_at(both) == [MONDAY, NEXT + timedelta(weeks=1)]


async def test_other_words_are_for_one_time(both: World) -> None:
    message = copy(both, "ana")
    form = (await both.press("ana", message.buttons["Edit"], message.id)).form
    assert form is not None
    assert [f.name for f in form.fields] == ["words_en", "words_fr"]
    key = message.buttons["Edit"].value.split()[1]

    wrong = await both.submit("ana", form.id, {"words_en": "  ", "words_fr": "x" * 301})
    assert sorted(wrong.errors) == ["words_en", "words_fr"]
    assert list(copy(both, "bo").buttons) != []
    await both.submit("ana", form.id, {"words_en": "What is on *your* bench?", "words_fr": ""})

    assert question_of(copy(both, "bo")) == "What is on your bench?"
    assert "ana chose these words." in copy(both, "bo").words
    await both.until(NEXT)
    assert questions(both)[-1].words.startswith("What is on your bench?")
    binding = await both.binding("weekly_question")
    async with both.database.view() as unit:
        entries = await (await unit.open(binding)).entries()
    assert all(e.wording is None for e in entries if e.key == key)


async def test_words_for_a_question_that_is_no_longer_next_are_refused(both: World) -> None:
    message = copy(both, "ana")
    form = (await both.press("ana", message.buttons["Edit"], message.id)).form
    assert form is not None
    await press(both, "bo", "Another one")

    (told,) = whispers(await both.submit("ana", form.id, {"words_en": "What is on your bench?", "words_fr": ""}))

    assert "Something else was decided since" in told
    await both.until(NEXT)
    assert "bench" not in questions(both)[-1].words


async def test_who_takes_charge_later_is_shown_it_too(practice: World) -> None:
    await practice.until(SUNDAY + timedelta(hours=1))

    await practice.command("ana", "coordinator add @bo")
    await practice.settle()

    assert question_of(copy(practice, "bo")) == question_of(copy(practice, "ana"))
    await press(practice, "bo", "Ask it")
    assert "bo settled it" in copy(practice, "ana").words
    await practice.command("ana", "coordinator add @chi")
    await practice.settle()
    assert all("Next question" not in m.words for m in copies(practice) if m.people == ("chi",))


async def test_nobody_is_said_to_have_settled_what_they_never_saw(both: World) -> None:
    await press(both, "bo", "Ask it")
    seen = question_of(copy(both, "bo"))

    told = buttons_by_label((await both.command("ana", "question next")).whispers[-1])
    told = buttons_by_label((await both.press("ana", told["Another one"])).whispers[-1])

    assert question_of(copy(both, "bo")) != seen
    assert "ana chose another question." in copy(both, "bo").words
    assert "ana chose another question." in whispers(await both.command("chi", "history"))[0]
    form = (await both.press("ana", told["Edit"])).form
    assert form is not None
    await both.submit("ana", form.id, {"words_en": "What is on your bench?", "words_fr": ""})
    assert "ana chose these words." in copy(both, "bo").words


async def test_what_was_settled_and_went_away_is_open_again(both: World) -> None:
    key = copy(both, "ana").buttons["Ask it"].value.split()[1]
    await press(both, "bo", "Ask it")
    binding = await both.binding("weekly_question")
    async with both.database.view() as unit:
        number = next(e.number for e in await (await unit.open(binding)).entries() if e.key == key)

    sure = await both.command("ana", f"question bank remove {number}")
    await both.press("ana", next(iter(buttons_by_label(sure.whispers[-1]).values())))
    await both.settle()

    for who in ("ana", "bo"):
        assert "If nobody decides, it is asked as it is." in copy(both, who).words
        assert "settled" not in copy(both, who).words
    await press(both, "ana", "Ask it")
    assert "ana settled it" in copy(both, "bo").words


async def test_a_skip_is_said_of_its_own_day_only(practice: World) -> None:
    await practice.until(SUNDAY)
    await practice.command("ana", "question every wednesday 09:00")
    told = buttons_by_label((await practice.command("ana", "question next")).whispers[-1])

    await practice.press("ana", told["Skip this time"])
    await practice.settle()

    shown = next(m for m in copies(practice) if m.at == SUNDAY)
    assert "ana skipped the question of Monday" not in shown.words


async def test_it_is_for_those_in_charge_only(both: World) -> None:
    stolen = copy(both, "ana").buttons["Skip this week"]

    (told,) = whispers(await both.press("chi", stolen))

    assert "Only the facilitator or a coordinator" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "question every tuesday 14:30",
            "on Monday 30 November any more. The next one comes on Tuesday 1",
        ),
        (
            "pause until 4 january",
            "on Monday 30 November any more. The next one comes on Monday 4",
        ),
        (
            "question pause until 4 january",
            "on Monday 30 November any more. The next one comes on Monday 4",
        ),
        ("question now", "ana had it asked in Practice on Sunday 29 November, 09:00"),
    ],
)
async def test_what_moves_is_said_in_the_copies_without_their_buttons(both: World, words: str, told: str) -> None:
    await both.command("ana", words)

    for who in ("ana", "bo"):
        shown = next(m for m in copies(both) if m.people == (who,) and m.at == SUNDAY)
        assert told in shown.words
        assert shown.buttons == {}


async def test_what_comes_back_is_shown_again(both: World) -> None:
    shown = copy(both, "ana")
    await both.command("ana", "question pause until 4 january")
    await both.after(timedelta(minutes=1))

    await both.command("ana", "question resume")

    assert "Monday 30 November, 09:00" in shown.words
    assert list(shown.buttons) == ["Ask it", "Another one", "Skip this week", "Edit"]


async def test_another_hour_of_the_same_day_is_shown(both: World) -> None:
    await both.command("ana", "question every monday 15:00")

    assert "Monday 30 November, 15:00" in copy(both, "bo").words
    assert "Ask it" in copy(both, "bo").buttons


async def test_a_holiday_that_moves_it_is_said(practice: World) -> None:
    await practice.until(MONDAY + timedelta(weeks=5, hours=1))

    assert copy(practice, "ana").words.startswith(
        "Next question in Practice: Tuesday 29 December, 09:00, moved because of a public holiday."
    )


async def test_what_is_asked_by_hand_the_evening_before_takes_its_place(both: World) -> None:
    await both.until(NEXT - timedelta(hours=13))
    await both.command("ana", "question now")
    await both.until(NEXT + timedelta(days=1))

    assert asked_at(both)[-1] == NEXT - timedelta(hours=13)
    assert "the digest comes" not in whispers(await both.command("bo", "status"))[0]
    binding = await both.binding("weekly_question")
    async with both.database.view() as unit:
        latest = await (await unit.open(binding)).latest()
    assert latest.closes_at == NEXT - timedelta(hours=13) + timedelta(days=4)


async def test_every_weekday_has_its_preview_of_the_next(practice: World) -> None:
    await practice.command("ana", "question every weekdays 09:00")
    await practice.until(MONDAY + timedelta(days=3, hours=1))

    shown = [m for m in copies(practice) if "Asked in" in m.words or "Next question" in m.words]
    assert [m.words.split(",")[0] for m in shown] == [
        "Asked in Practice on Monday 23 November",
        "Asked in Practice on Tuesday 24 November",
        "Asked in Practice on Wednesday 25 November",
        "Asked in Practice on Thursday 26 November",
        "Next question in Practice: Friday 27 November",
    ]
    said = [m.words.split("“")[1].removesuffix("”") for m in shown[:-1]]
    assert all(q.words.startswith(words) for q, words in zip(questions(practice), said, strict=True))
    assert "Skip this time" in shown[-1].buttons


async def test_who_is_asleep_sees_it_in_the_morning(practice: World) -> None:
    await practice.command("ana", "question every monday 07:00")
    await practice.until(NEXT - timedelta(hours=2))

    assert copy(practice, "ana").at == SUNDAY - timedelta(hours=1)


async def test_where_there_are_no_buttons_numbers_follow_what_is_shown(both: World) -> None:
    both.platform.capabilities = Capabilities(buttons=False, forms=False, whispers=True, threads=True, edits=True)
    await both.until(SUNDAY + timedelta(weeks=1))
    shown, first = copy(both, "ana"), question_of(copy(both, "ana"))

    async def reply(words: str) -> None:
        await both.ask(replace(both.message("ana", words, channel=shown.channel, direct=True)))

    await reply("2")
    second = question_of(shown)
    await reply("2")
    third = question_of(shown)
    assert len({first, second, third}) == 3
    await reply("1")

    assert "ana settled it" in shown.words
    assert "1." not in shown.words


async def test_a_button_of_a_preview_long_gone(both: World) -> None:
    old: Button = copy(both, "ana").buttons["Ask it"]
    await both.until(NEXT + timedelta(days=90))

    (told,) = whispers(await both.press("ana", old))

    assert "Something else was decided since" in told
