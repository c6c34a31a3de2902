"""The bank: which prompt comes next, whatever was asked, put aside and queued before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Stage
from rituals.weekly_question.bank import Entry, Kind, Prompt, Wording
from rituals.weekly_question.choice import choose, left
from rituals.weekly_question.kinds import KINDS
from rituals.weekly_question.plan import Plan
from rituals.weekly_question.settings import WeeklyQuestionSettings
from rituals.weekly_question.shelf import Shelf
from tests.rituals.test_weekly_question_model import HOME, MONDAY, moment

STAGES: tuple[Stage, ...] = get_args(Stage)

banks = st.lists(
    st.tuples(st.integers(0, 99), st.sampled_from(get_args(Kind))), min_size=1, max_size=12, unique_by=lambda p: p[0]
).map(lambda bank: [Prompt(str(key), kind, (), "", "") for key, kind in bank])


@given(banks, st.randoms(use_true_random=False), st.integers(1, 30))
def test_no_prompt_comes_again_before_all_were_asked(bank: list[Prompt], shuffler: Random, rounds: int) -> None:
    order = [p.key for p in bank]
    shuffler.shuffle(order)
    used: list[str] = []
    for _ in range(rounds):
        used.append(choose((), bank, used, (), order, used).key)

    for start in range(len(used)):
        some = used[start : start + len(bank)]
        assert len(set(some)) == len(some)


@given(banks, st.lists(st.integers(0, 12), max_size=40), st.randoms(use_true_random=False))
def test_whatever_is_put_aside_none_comes_again_before_all_were_asked(
    bank: list[Prompt], presses: list[int], shuffler: Random
) -> None:
    order = [p.key for p in bank]
    shuffler.shuffle(order)
    plan, used = Plan(), list[str]()
    for times in presses:
        for _ in range(times):
            plan.put_aside(choose((), bank, used, plan.passed, order, used).key)
        used.append(choose((), bank, used, plan.passed, order, used).key)
        plan.ask(moment())

    for start in range(0, len(used), len(bank)):
        some = used[start : start + len(bank)]
        assert len(set(some)) == len(some)


@given(banks, st.lists(st.integers(0, 11), max_size=20), st.randoms(use_true_random=False))
def test_what_is_put_aside_comes_back_when_all_that_are_left_were_shown(
    bank: list[Prompt], history: list[int], shuffler: Random
) -> None:
    order = [p.key for p in bank]
    shuffler.shuffle(order)
    used = [bank[n % len(bank)].key for n in history]
    plan, shown = Plan(), list[str]()
    choices = len(left(bank, used))
    for _ in range(2 * choices):
        shown.append(choose((), bank, used, plan.passed, order, used).key)
        plan.put_aside(shown[-1])

    assert len(set(shown[:choices])) == choices
    assert shown[:choices] == shown[choices:]
    assert len(plan.passed) == choices


def test_another_kind_than_the_last_where_there_is_one() -> None:
    a, b, c = Prompt("a", "tip", (), "", ""), Prompt("b", "tip", (), "", ""), Prompt("c", "story", (), "", "")

    assert choose((), [a, b, c], ["a"], (), "abc", ["a"]) == c
    assert choose((), [a, b], ["a"], (), "ab", ["a"]) == b


def test_what_the_community_was_asked_elsewhere_comes_after_what_it_never_was() -> None:
    a, b = Prompt("a", "tip", (), "", ""), Prompt("b", "tip", (), "", "")

    assert choose((), [a, b], [], (), "ab", ["a"]) == b
    assert choose((), [a, b], [], (), "ba", ["b", "a"]) == b
    assert choose((), [a, b], ["b"], (), "ab", ["b", "a"]) == a


def test_a_bank_that_changed_is_no_obstacle() -> None:
    a, b = Prompt("a", "tip", (), "", ""), Prompt("b", "tip", (), "", "")

    assert choose((), [a, b], ["gone", "a"], ("gone too",), "ab", ["gone", "a"]) == b


def test_a_prompt_is_said_as_people_are_addressed() -> None:
    prompt = Prompt("k", "tip", (), "you", "vous", "tu")

    assert prompt.said("vous") == Wording("you", "vous")
    assert prompt.said("tu") == Wording("you", "tu")
    assert Prompt("k", "tip", (), "you", "vous").said("tu").fr == "vous"


steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["ask", "aside"]), st.just(0)),
        st.tuples(st.sampled_from(["remove", "restore", "edit", "queue", "unqueue", "fit"]), st.integers(0, 12)),
        st.tuples(st.sampled_from(["add", "kinds"]), st.integers(0, len(KINDS) - 1)),
        st.tuples(st.just("stage"), st.integers(0, len(STAGES))),
    ),
    max_size=80,
)


@dataclass
class Life:
    """A bank to which things happen, a minute apart."""

    entries: list[Entry] = field(default_factory=list)
    asked: list[tuple[str, datetime]] = field(default_factory=list)
    plan: Plan = field(default_factory=Plan)
    stage: Stage | None = None
    kinds: tuple[Kind, ...] = ()
    at: datetime = MONDAY

    def shelf(self) -> Shelf:
        now = moment(
            self.at,
            community=replace(HOME, stage=self.stage),
            settings=WeeklyQuestionSettings(kinds=self.kinds),
        )
        return Shelf(now, self.entries, len(self.entries) + 1, self.asked, [key for key, _ in self.asked], self.plan)

    def do(self, what: str, which: int) -> None:
        self.at += timedelta(minutes=1)
        match what:
            case "add":
                self.add(KINDS[which])
            case "kinds":
                self.kinds = KINDS[which : which + 2] if which else ()
            case "stage":
                self.stage = (None, *STAGES)[which]
            case "aside":
                self.plan.put_aside(self.shelf().next.key)
            case "ask":
                self.ask()
            case _:
                self.touch(what, self.entries[which % len(self.entries)], which)

    def add(self, kind: Kind) -> None:
        number = len(self.entries) + 1
        said = Wording(f"Question {number}?")
        self.entries.append(Entry(id=f"{number}", number=number, key=f"k{number}", kind=kind, wording=said, at=self.at))

    def touch(self, what: str, entry: Entry, which: int) -> None:
        match what:
            case "remove" if len(self.shelf().kept) > 1:
                entry.state = "removed"
            case "restore":
                entry.state = "kept"
            case "edit":
                entry.kind = KINDS[(KINDS.index(entry.kind) + 1) % len(KINDS)]
            case "fit":
                entry.stages = STAGES[which % len(STAGES) :]
            case "queue" if entry.state == "kept":
                entry.queued_at = self.at
            case "unqueue":
                entry.queued_at = None

    def ask(self) -> None:
        """Ask the next question, and check that it is the right one."""
        shelf = self.shelf()
        chosen, last = shelf.next, {key: n for n, (key, _) in enumerate(self.asked)}
        assert chosen.state == "kept"
        free = [e for e in shelf.queue if e.key not in self.plan.passed]
        if free:
            assert chosen is free[0]
        elif chosen.key not in self.plan.passed:
            others = [e for e in shelf.in_play if e.key not in self.plan.passed]
            assert chosen in others
            assert all(last.get(chosen.key, -1) <= last.get(e.key, -1) for e in others)
            if chosen.key not in last:
                turn = {k: max((last.get(e.key, -1) for e in shelf.in_play if e.kind == k), default=-1) for k in KINDS}
                assert all(turn[chosen.kind] <= turn[e.kind] for e in others if e.key not in last)
        else:
            assert chosen.key == next(key for key in self.plan.passed if key in {e.key for e in _candidates(shelf)})
        self.plan.ask(shelf.moment)
        chosen.queued_at = None
        self.asked.append((chosen.key, self.at))


def _candidates(shelf: Shelf) -> Sequence[Entry]:
    return (*shelf.queue, *left(shelf.in_play, shelf.used))


@given(steps)
def test_whatever_happens_to_the_bank_the_right_question_comes(done: list[tuple[str, int]]) -> None:
    life = Life()
    life.do("add", 0)
    for what, which in done:
        life.do(what, which)

    assert life.shelf().next in life.entries


@given(steps, st.integers(1, 5))
def test_once_nothing_changes_any_more_all_in_play_come_before_one_comes_again(
    done: list[tuple[str, int]], new: int
) -> None:
    life = Life()
    for number in range(new):
        life.do("add", number)
    for what, which in done:
        life.do(what, which)
    for entry in life.entries:
        entry.queued_at = None
    life.plan.passed = ()
    count = len(life.shelf().in_play)
    for _ in range(3 * count):
        life.do("ask", 0)

    keys = [key for key, _ in life.asked][-2 * count :]
    for start in range(count + 1):
        assert len(set(keys[start : start + count])) == count


def test_what_is_added_leaves_the_order_of_the_others() -> None:
    life = Life()
    for number in range(6):
        life.do("add", number)
    before = life.shelf().next
    life.entries.append(replace(before, id="x", key="x", number=99, kind=before.kind, state="draft"))

    assert life.shelf().next is before


def test_what_was_removed_comes_back_rather_than_nothing() -> None:
    life = Life()
    life.do("add", 0)
    life.entries[0].state = "removed"

    assert life.shelf().next is life.entries[0]
    assert not life.shelf().others
