"""The bank: which prompt comes next, whatever was asked, put aside and queued before."""

from __future__ import annotations

from random import Random
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from rituals.weekly_question.bank import Kind, Prompt, Wording
from rituals.weekly_question.choice import choose, left
from rituals.weekly_question.plan import Plan
from tests.rituals.test_weekly_question_model import moment

banks = st.lists(
    st.tuples(st.integers(0, 99), st.sampled_from(get_args(Kind))), min_size=1, max_size=12, unique_by=lambda p: p[0]
).map(lambda bank: [Prompt(str(key), kind, (), "", "") for key, kind in bank])


@given(banks, st.randoms(use_true_random=False), st.integers(1, 30))
def test_no_prompt_comes_again_before_all_were_asked(bank: list[Prompt], shuffler: Random, rounds: int) -> None:
    order = [p.key for p in bank]
    shuffler.shuffle(order)
    used: list[str] = []
    for _ in range(rounds):
        used.append(choose((), bank, used, (), order).key)

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
            plan.put_aside(choose((), bank, used, plan.passed, order).key)
        used.append(choose((), bank, used, plan.passed, order).key)
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
        shown.append(choose((), bank, used, plan.passed, order).key)
        plan.put_aside(shown[-1])

    assert len(set(shown[:choices])) == choices
    assert shown[:choices] == shown[choices:]
    assert len(plan.passed) == choices


def test_another_kind_than_the_last_where_there_is_one() -> None:
    a, b, c = Prompt("a", "tip", (), "", ""), Prompt("b", "tip", (), "", ""), Prompt("c", "story", (), "", "")

    assert choose((), [a, b, c], ["a"], (), "abc") == c
    assert choose((), [a, b], ["a"], (), "ab") == b


def test_a_bank_that_changed_is_no_obstacle() -> None:
    a, b = Prompt("a", "tip", (), "", ""), Prompt("b", "tip", (), "", "")

    assert choose((), [a, b], ["gone", "a"], ("gone too",), "ab") == b


def test_a_prompt_is_said_as_people_are_addressed() -> None:
    prompt = Prompt("k", "tip", (), "you", "vous", "tu")

    assert prompt.said("vous") == Wording("you", "vous")
    assert prompt.said("tu") == Wording("you", "tu")
    assert Prompt("k", "tip", (), "you", "vous").said("tu").fr == "vous"
