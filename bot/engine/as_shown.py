"""What a form showed when it was opened: only what somebody changed in it is written when it comes back.

Two people may have the same settings open, or one person twice; a field that was left alone must not undo what was
changed elsewhere meanwhile. The form's id carries a mark of each value shown, in a form and in a dialogue alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.core.forms import Form
from bot.engine.engine import derived

_MARK = 6


def noted(form: Form) -> Form:
    """Return the form with an id that tells what its fields show."""
    marks = ".".join(_mark(field.name, field.value) for field in form.fields)
    return replace(form, id=f"{form.id} {marks}")


def named(form_id: str) -> str:
    """Return the id that a form had before what it shows was noted."""
    return form_id.partition(" ")[0]


def changed(form_id: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values, of those that came back, that are not as the form showed them; spaces do not count."""
    shown = form_id.partition(" ")[2].split(".")
    return {name: value for name, value in values.items() if _mark(name, value) not in shown}


def _mark(name: str, value: str) -> str:
    return derived(name, " ".join(value.split()))[:_MARK]
