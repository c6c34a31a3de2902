"""The limits of modals and home tabs."""

from __future__ import annotations

import pytest

from tests.slack.double.blocks import view_refusal
from tests.slack.double.checks import Json
from tests.slack.double.test_limits import TYPED, field, plain, section, table


def modal(*blocks: Json, **more: object) -> Json:
    return {"type": "modal", "title": plain(1), "blocks": list(blocks or [section()]), **more}


VIEWS = {
    "title": (modal(title=plain(24)), modal(title=plain(25))),
    "submit": (modal(submit=plain(24)), modal(submit=plain(25))),
    "close": (modal(close=plain(24)), modal(close=plain(25))),
    "metadata": (modal(private_metadata="x" * 3000), modal(private_metadata="x" * 3001)),
    "callback id": (modal(callback_id="x" * 255), modal(callback_id="x" * 256)),
    "external id": (modal(external_id="x" * 255), modal(external_id="x" * 256)),
    "blocks": (modal(*[section()] * 100), modal(*[section()] * 101)),
    "inputs need a submit": (modal(field(TYPED), submit=plain(1)), modal(field(TYPED))),
    "no table in a modal": (modal(section()), modal(table(1, 1))),
    "no markdown in a modal": (modal(section()), modal({"type": "markdown", "text": "x"})),
    "one focus": (
        modal(field({**TYPED, "focus_on_load": True}), field(TYPED), submit=plain(1)),
        modal(*[field({**TYPED, "focus_on_load": True})] * 2, submit=plain(1)),
    ),
    "unknown key": (modal(notify_on_close=True), modal(on_close="tell")),
    "block ids": (modal(section(block_id="a")), modal(section(block_id="a"), section(block_id="a"))),
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_may_be_so_large_and_no_larger(name: str) -> None:
    good, bad = VIEWS[name]

    assert view_refusal(good, "modal") is None
    refused = view_refusal(bad, "modal")
    assert refused is not None
    assert refused[0] == "invalid_arguments"


def test_a_home_tab_has_no_title_and_is_no_modal() -> None:
    home = {"type": "home", "blocks": [section()]}

    assert view_refusal(home, "home") is None
    assert view_refusal({**home, "title": plain(1)}, "home") is not None
    assert view_refusal(home, "modal") is not None


def test_a_view_s_bytes_are_limited() -> None:
    assert view_refusal(modal(*[section(2500)] * 100), "modal") == ("view_too_large", [])
