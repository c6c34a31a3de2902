"""The rules of the weekly question, written anew from their words, and held against every question of a year."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import rituals.weekly_question
from benchmarks.year.checks import Violation, midnight
from benchmarks.year.chronicle import Answered, Chronicle, Closed, Delivery, Wish
from benchmarks.year.occasions import Occasion, is_holiday, occasions
from benchmarks.year.town import Home, Rhythm, local

GRACE = timedelta(hours=12)
"""How late a question is still asked when the bot was away."""
AT_ONCE = timedelta(minutes=1)
BY_HAND_BEFORE = timedelta(days=1)
"""Who asks by hand so shortly before the usual hour has asked in its place."""


@dataclass
class Story:
    """One weekly question's year: ``asked`` in order, and what people decided about it."""

    id: str
    home: Home
    rhythms: list[tuple[datetime, Rhythm]]
    stages: list[tuple[datetime, str | None]]
    asked: list[Delivery] = field(default_factory=list)
    digests: list[Delivery] = field(default_factory=list)
    by_hand: list[datetime] = field(default_factory=list)
    skips: set[date] = field(default_factory=set)
    reworded: dict[str, str] = field(default_factory=dict)
    rests: list[tuple[datetime, datetime]] = field(default_factory=list)
    added: list[tuple[datetime, str]] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)
    closed: list[Closed] = field(default_factory=list)


def questions(year: Chronicle) -> Iterator[Violation]:
    """Yield what went wrong with any question."""
    for story in _stories(year):
        yield from _times(story, year)
        yield from _repeated(story)
        yield from _closings(story)


def _stories(year: Chronicle) -> Sequence[Story]:
    stories = {
        id_: Story(id_, home, [(year.begin, rhythm)], [(year.begin, home.stage)])
        for id_, (channel, rhythm) in year.questions.items()
        for home in (year.homes[channel],)
    }
    for event in year.events:
        match event:
            case Delivery(ritual="weekly_question", people=()) if event.question in stories:
                story = stories[event.question]
                if event.label.endswith("/question"):
                    story.asked.append(event)
                elif event.label.endswith("/digest"):
                    story.digests.append(event)
            case Answered() if event.question in stories:
                stories[event.question].answered.append(event)
            case Closed() if event.question in stories:
                stories[event.question].closed.append(event)
            case Wish() if event.who in year.homes:
                for story in stories.values():
                    if story.home.channel == event.who:
                        _heed(story, event)
            case _:
                pass
    return list(stories.values())


def _heed(story: Story, wish: Wish) -> None:
    match wish.matter, wish.value:
        case "rest", _:
            story.rests.append((wish.at, midnight(wish, story.home.zone)))
        case "stage", _:
            story.stages.append((wish.at, wish.value))
        case "rhythm", (story.id, rhythm):
            story.rhythms.append((wish.at, rhythm))
        case "ask", story.id:
            story.by_hand.append(wish.at)
        case "skip", (story.id, day):
            story.skips.add(day)
        case "reword", (story.id, before, after):
            story.reworded |= {_bare(words): _bare(before) for words in after}
        case "add", (story.id, words):
            story.added.append((wish.at, words))
        case _:
            pass


def _times(story: Story, year: Chronicle) -> Iterator[Violation]:
    """Hold every question against the occasions, and every occasion against the questions."""
    due = [o for o in _due(story, year.end) if not _resting(story, o.at)]
    met: Counter[Occasion] = Counter()
    for post in story.asked:
        if any(timedelta() <= post.at - at < AT_ONCE for at in story.by_hand):
            continue
        back = any(post.at == until for _, until in year.away)
        occasion = next((o for o in reversed(due) if o.at <= post.at), None)
        if occasion is None or (post.at != occasion.at and not (back and post.at - occasion.at <= GRACE)):
            yield Violation(_unforeseen(story, post), post.at, story.home.channel, post.label)
        elif met[occasion]:
            yield Violation("asked twice", post.at, story.home.channel, post.label)
        else:
            met[occasion] += 1
    for occasion in due:
        if occasion.day in story.skips:
            if met[occasion]:
                yield Violation("asked though skipped", occasion.at, story.home.channel, str(occasion.day))
        elif not met[occasion] and not _excused(story, year, occasion):
            yield Violation("not asked", occasion.at, story.home.channel, str(occasion.day))


def _due(story: Story, end: datetime) -> Iterator[Occasion]:
    ends = [since for since, _ in story.rhythms[1:]] + [end]
    for (since, rhythm), until in zip(story.rhythms, ends, strict=True):
        yield from occasions(story.home, rhythm, since, until)


def _resting(story: Story, at: datetime) -> bool:
    return any(since <= at < until for since, until in story.rests)


def _unforeseen(story: Story, post: Delivery) -> str:
    """Say what is wrong with a question that no occasion explains."""
    shown = local(post.at, story.home.zone)
    if _resting(story, post.at):
        return "asked in a pause"
    if story.home.policy != "ignore" and is_holiday(story.home, shown.date()):
        return "asked on a holiday"
    rhythm = next(r for since, r in reversed(story.rhythms) if since <= post.at)
    return "asked at another hour" if shown.time() != rhythm.at else "asked on another day"


def _excused(story: Story, year: Chronicle, occasion: Occasion) -> bool:
    """Whether a question stood in for it, or the bot was away for too long."""
    if any(since <= occasion.at < until and until - occasion.at > GRACE for since, until in year.away):
        return True
    stood_in = (p.at for p in story.asked if p.at < occasion.at)
    return any(
        local(at, story.home.zone).date() >= occasion.day
        or (occasion.at - at < BY_HAND_BEFORE and any(timedelta() <= at - h < AT_ONCE for h in story.by_hand))
        for at in stood_in
    )


def _repeated(story: Story) -> Iterator[Violation]:
    """Hold each question against the ones before: none comes again before the bank in play was used up."""
    before: list[str] = []
    for post in story.asked:
        stage = next(s for since, s in reversed(story.stages) if since <= post.at)
        bank = _in_play(stage) | {_bare(words) for at, words in story.added if at <= post.at}
        said = _bare(post.words)
        asked = _key(story.reworded.get(said, said))
        passed: set[str] = set()
        for key in before:
            passed.add(key)
            if passed >= bank:
                passed = set()
        own_words = said in story.reworded or asked == said or said == _bare(_prompts()[asked][story.home.language])
        if asked not in bank or not own_words:
            yield Violation("of another bank", post.at, story.home.channel, post.words)
        elif asked in passed:
            yield Violation("asked again early", post.at, story.home.channel, post.words)
        before.append(asked)


@cache
def _prompts() -> Mapping[str, Mapping[str, str]]:
    file = Path(rituals.weekly_question.__file__).parent / "prompts.toml"
    return {prompt["key"]: prompt for prompt in tomllib.loads(file.read_text(encoding="utf-8"))["prompt"]}


@cache
def _in_play(stage: str | None) -> frozenset[str]:
    return frozenset(key for key, prompt in _prompts().items() if stage is None or stage in prompt["stages"])


@cache
def _keys() -> Mapping[str, str]:
    return {_bare(prompt[language]): key for key, prompt in _prompts().items() for language in ("en", "fr")}


def _key(bare: str) -> str:
    """Return the key of a starter prompt, in either language; other words stand for themselves."""
    return _keys().get(bare, bare)


def _bare(words: str) -> str:
    """Return words without spaces, which the reader's region decides."""
    return "".join(words.split())


def _closings(story: Story) -> Iterator[Violation]:
    """Every round closes once; who answered in time is in one digest."""
    closed = {number: [c for c in story.closed if c.number == number] for number in {c.number for c in story.closed}}
    for post in story.asked[:-1]:
        found = closed.get(_number(post.label), [])
        if len(found) != 1:
            rule = "closed twice" if found else "not closed"
            yield Violation(rule, post.at, story.home.channel, post.label)
            continue
        told = sum(d.label == post.label.replace("/question", "/digest") for d in story.digests)
        in_time = any(a.label == post.label and a.at < found[0].closed_at for a in story.answered)
        if told > 1 or (in_time and not told):
            yield Violation("told twice" if told else "not told", post.at, story.home.channel, post.label)


def _number(label: str) -> int:
    return int(label.split("/")[1])
