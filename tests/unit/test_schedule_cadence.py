from __future__ import annotations

from contextlib import suppress
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from bot.core.errors import UserError
from bot.core.i18n import Catalogues, voice
from bot.core.schedule import Cadence, Days, clock, describe, parse
from bot.core.text import Text

WEEK = list(Days)[:7]
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
weekly = st.builds(Cadence, st.sampled_from(Days), times)
every_few_weeks = st.builds(Cadence, st.sampled_from(WEEK), times, st.integers(2, 26))
monthly = st.builds(Cadence, st.sampled_from(WEEK), times, nth=st.sampled_from([1, 2, 3, 4, -1]))
unanchored = weekly | every_few_weeks | monthly
cadences = unanchored | st.builds(Cadence.starting, every_few_weeks, st.dates(date(2000, 1, 1), date(2100, 1, 1)))

FRENCH = {
    "Monday": "lundi",
    "Tuesday": "mardi",
    "Wednesday": "mercredi",
    "Thursday": "jeudi",
    "Friday": "vendredi",
    "Saturday": "samedi",
    "Sunday": "dimanche",
    "every {day} at {time}": "chaque {day} à {time}",
    "every day at {time}": "tous les jours à {time}",
    "from Monday to Friday at {time}": "du lundi au vendredi à {time}",
    "every {weeks} weeks on {day} at {time}": "toutes les {weeks} semaines, le {day} à {time}",
    "the first {day} of the month at {time}": "le premier {day} du mois à {time}",
    "the second {day} of the month at {time}": "le deuxième {day} du mois à {time}",
    "the third {day} of the month at {time}": "le troisième {day} du mois à {time}",
    "the fourth {day} of the month at {time}": "le quatrième {day} du mois à {time}",
    "the last {day} of the month at {time}": "le dernier {day} du mois à {time}",
    "0{hour}:00": "{hour}\u00a0h",
    "{hour}:00": "{hour}\u00a0h",
    "0{hour}:{minute}": "{hour}\u00a0h\u00a0{minute}",
    "{hour}:{minute}": "{hour}\u00a0h\u00a0{minute}",
}


@pytest.fixture(scope="session")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Catalogues:
    """Hold the words of rhythms only, so that these tests do not wait for the whole catalogue."""
    folder: Path = tmp_path_factory.mktemp("locale")
    file = folder / "fr" / "LC_MESSAGES" / "causerie.po"
    file.parent.mkdir(parents=True)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
    entries = "".join(f'\nmsgid "{english}"\nmsgstr "{french}"\n' for english, french in FRENCH.items())
    file.write_text(header + entries, encoding="utf-8")
    return Catalogues({"causerie": folder}, strict=True)


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("monday 09:00", "monday 09:00"),
        ("mon 9:00", "monday 09:00"),
        ("  monday" + " " * 10_000 + "9:00\n", "monday 09:00"),
        ("Mondays at 9 a.m.", "monday 09:00"),
        ("every monday at 9am", "monday 09:00"),
        ("each week on monday at 9h", "monday 09:00"),
        ("monday 12am", "monday 00:00"),
        ("monday 12 pm", "monday 12:00"),
        ("monday 9:30 pm", "monday 21:30"),
        ("thurs 14.30", "thursday 14:30"),
        ("every 2 weeks tuesday 14:30", "every 2 weeks tuesday 14:30"),
        ("every other week on Friday at 4pm", "every 2 weeks friday 16:00"),
        ("every 1 week monday 9:00", "monday 09:00"),
        ("every 2 weeks tuesday 14:30 from 2026-11-25", "every 2 weeks tuesday 14:30 from 2026-12-01"),
        ("every three weeks tuesday 14:30, starting 2026-12-01", "every 3 weeks tuesday 14:30 from 2026-12-01"),
        ("first thursday 16:00", "first thursday 16:00"),
        ("the 2nd Thursday of the month at 16:00", "second thursday 16:00"),
        ("weekdays 09:00", "weekdays 09:00"),
        ("every weekday at 9:00", "weekdays 09:00"),
        ("every day 9:00", "every day 09:00"),
        ("daily at 9 am", "every day 09:00"),
        ("LUNDI 09:00", "monday 09:00"),
        ("lundi 9 h", "monday 09:00"),
        ("lundi 14 h 30", "monday 14:30"),
        ("lundi 14\u00a0h\u00a030", "monday 14:30"),
        ("chaque lundi à 9 h", "monday 09:00"),
        ("tous les lundis à 9 heures", "monday 09:00"),
        ("chaque semaine, le lundi à 9 h", "monday 09:00"),
        ("2 weeks tuesday 14:30", "every 2 weeks tuesday 14:30"),  # after the command's own "every"
        ("2 semaines mardi 14:30", "every 2 weeks tuesday 14:30"),
        ("toutes les 2 semaines mardi 14:30", "every 2 weeks tuesday 14:30"),
        ("toutes les deux semaines, le mardi à 14 h 30", "every 2 weeks tuesday 14:30"),
        ("toutes les 2 semaines mardi 14:30 à partir du 2026-12-01", "every 2 weeks tuesday 14:30 from 2026-12-01"),
        ("premier jeudi 16:00", "first thursday 16:00"),
        ("1er jeudi 16 h", "first thursday 16:00"),
        ("le premier jeudi du mois à 16 h", "first thursday 16:00"),
        ("Le Troisieme JEUDI de chaque mois à 16 h", "third thursday 16:00"),
        ("dernier vendredi 10 h", "last friday 10:00"),
        ("du lundi au vendredi à 9 h", "weekdays 09:00"),
        ("tous les jours à 9 h", "every day 09:00"),
    ],
)
def test_people_type_rhythms_in_many_ways(typed: str, canonical: str) -> None:
    assert str(parse(typed)) == canonical


def refusal(text: str) -> str:
    with pytest.raises(UserError) as refused:
        parse(text)
    return Catalogues({}).sentence(refused.value.text.blocks[0].children[0], voice("en"))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("monday 25:00", "25:00 is not a time of day"),
        ("monday 24:00", "24:00 is not a time of day"),
        ("monday 9:60", "9:60 is not a time of day"),
        ("monday 9:5", "9:5 is not a time of day"),
        ("monday 13 pm", "13 pm is not a time of day"),
        ("monday 0am", "0am is not a time of day"),
        ("moday 9:00", "moday is not a day of the week. Did you mean monday?"),
        ("lunid 9 h", "lunid is not a day of the week. Did you mean lundi?"),
        ("every 2 weeks tusday 9:00", "tusday is not a day of the week. Did you mean tuesday?"),
        ("fifth thursday 16:00", "Not every month has one"),
        ("cinquième jeudi 16 h", "Not every month has one"),
        ("every 0 weeks monday 9:00", "It can be every 1 to 26 weeks, not every 0."),
        ("every 27 weeks monday 9:00", "It can be every 1 to 26 weeks, not every 27."),
        ("every some weeks monday 9:00", "I do not understand every some weeks monday 9:00"),
        ("every month 9:00", "I do not understand"),
        ("sixty monday 9:00", "I do not understand"),
        ("every second tuesday 9:00", "I do not understand"),
        ("monday 14:30:00", "I do not understand"),
        ("whenever you like, really 9:00", "I do not understand"),
        ("x" * 10_000, "I do not understand xxx"),
        ("monday", "The time is missing."),
        ("every day", "The time is missing."),
        ("9:00", "The day is missing."),
        ("every 2 weeks 9:00", "The day is missing."),
        ("  ", "The day is missing."),
        ("every 2 weeks monday 9:00 from 2026-02-30", "2026-02-30 is not a date."),
        ("every 2 weeks monday 9:00 from 9999-12-31", "9999-12-31 is not a date."),
        ("monday 9:00 from 2026-12-01", "Only a rhythm of several weeks takes a first day."),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason_and_an_example(typed: str, reason: str) -> None:
    sentence = refusal(typed)
    assert sentence.startswith(reason)
    assert "Write for instance" in sentence
    assert len(sentence) < 300


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": Days.MONDAY, "at": time(9, 0, 1)},
        {"days": Days.MONDAY, "at": time(9), "every": 0},
        {"days": Days.MONDAY, "at": time(9), "every": 27},
        {"days": Days.WEEKDAYS, "at": time(9), "every": 2},
        {"days": Days.MONDAY, "at": time(9), "nth": 5},
        {"days": Days.MONDAY, "at": time(9), "nth": 0},
        {"days": Days.EVERY_DAY, "at": time(9), "nth": 1},
        {"days": Days.MONDAY, "at": time(9), "nth": 1, "every": 2},
        {"days": Days.MONDAY, "at": time(9), "anchor": date(2026, 11, 23)},
        {"days": Days.MONDAY, "at": time(9), "every": 2, "anchor": date(2026, 11, 24)},
    ],
)
def test_a_contradiction_cannot_be_built(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not a "):
        Cadence(**wrong)  # type: ignore[arg-type]


@given(cadences)
def test_the_canonical_string_reads_back(cadence: Cadence) -> None:
    assert parse(str(cadence)) == cadence


@given(st.text())
@example("every 99999999999999999999999999999999 weeks monday 9:00")
@example("monday 99999999999999999999999:00")
def test_anything_is_read_or_refused(text: str) -> None:
    with suppress(UserError):
        assert isinstance(parse(text), Cadence)


@given(every_few_weeks, st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_an_anchor_is_the_next_fitting_day(cadence: Cadence, day: date) -> None:
    anchor = cadence.starting(day).anchor
    assert anchor is not None
    assert 0 <= (anchor - day).days < 7
    assert anchor.weekday() == cadence.days.numbers[0]


def test_what_fires_every_week_needs_no_anchor() -> None:
    assert parse("monday 09:00").starting(date(2026, 11, 25)) == parse("monday 09:00")


class Settings(BaseModel):
    cadence: Cadence


@given(cadences)
def test_settings_hold_it_as_its_string(cadence: Cadence) -> None:
    settings = Settings(cadence=cadence)
    assert settings.model_dump() == {"cadence": str(cadence)}
    assert Settings.model_validate_json(settings.model_dump_json()) == settings


def test_settings_refuse_with_words_for_the_person() -> None:
    with pytest.raises(ValidationError, match="write a rhythm such as 'monday 09:00'") as refused:
        Settings.model_validate({"cadence": "moday 09:00"})
    (error,) = refused.value.errors()
    assert error["loc"] == ("cadence",)
    assert isinstance(error["ctx"]["refusal"], Text)
    with pytest.raises(ValidationError, match="write a rhythm"):
        Settings.model_validate({"cadence": 9})


def test_forms_see_a_string() -> None:
    assert TypeAdapter(Cadence).json_schema() == {"type": "string"}


@pytest.mark.parametrize(
    ("typed", "english", "french"),
    [
        ("monday 09:00", "every Monday at 09:00", "chaque lundi à 9\u00a0h"),
        ("weekdays 09:05", "from Monday to Friday at 09:05", "du lundi au vendredi à 9\u00a0h\u00a005"),
        ("every day 14:30", "every day at 14:30", "tous les jours à 14\u00a0h\u00a030"),
        (
            "every 2 weeks tuesday 14:30 from 2026-12-01",
            "every 2 weeks on Tuesday at 14:30",
            "toutes les 2 semaines, le mardi à 14\u00a0h\u00a030",
        ),
        ("first thursday 16:00", "the first Thursday of the month at 16:00", "le premier jeudi du mois à 16\u00a0h"),
        ("last friday 00:00", "the last Friday of the month at 00:00", "le dernier vendredi du mois à 0\u00a0h"),
    ],
)
def test_it_is_described_as_people_say_it(catalogues: Catalogues, typed: str, english: str, french: str) -> None:
    said = describe(parse(typed))
    assert catalogues.sentence(said, voice("en")) == english
    assert catalogues.sentence(said, voice("fr")) == french


@given(unanchored)
def test_its_description_reads_back_in_both_languages(catalogues: Catalogues, cadence: Cadence) -> None:
    for reader in (voice("en"), voice("fr"), voice("fr", zone="America/Montreal")):
        assert parse(catalogues.sentence(describe(cadence), reader)) == cadence


def test_a_time_alone(catalogues: Catalogues) -> None:
    assert catalogues.sentence(clock(time(7, 5)), voice("en")) == "07:05"
    assert catalogues.sentence(clock(time(19)), voice("fr")) == "19\u00a0h"
