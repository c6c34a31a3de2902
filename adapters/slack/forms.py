"""Forms as Slack's modals, and what was filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from adapters.slack.limits import (
    ERROR,
    HEADING,
    HINT,
    ID,
    INPUT,
    LABEL,
    METADATA,
    OPTION_LABEL,
    OPTION_VALUE,
    OPTIONS,
    VIEW_BLOCKS,
)
from adapters.slack.pressed import plain_text
from adapters.slack.render import modal_blocks
from adapters.slack.runs import Reading, Run, line, said
from adapters.slack.shorten import shorten
from adapters.slack.strips import Strip, laid_out
from adapters.slack.wire import Element, listed, text_of
from bot.core.forms import Choice, Field, Form
from bot.core.text import Inline, Text

CALLBACK = "form"
"""The ``callback_id`` of every form."""
ACTION = "value"
"""The ``action_id`` of every input."""

_FEW = 5
_INTEGER = re.compile(r"-?[0-9]+", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class FormTooLongError(ValueError):
    """A form holds more than a modal of Slack does, and cannot be cut without losing what somebody wrote."""


def modal(form: Form, reading: Reading, *, close: str, meta: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return a resolved form as a view for ``views.open``; ``meta`` comes back by ``meta_of``.

    ``close`` is the label of the button that leaves it. A field that depends on another one is always shown, and
    may be left empty. A first value that is not of its field's kind is left out.
    Raises ``FormTooLongError``.
    """
    names = dict(_block_ids(form))
    intro = modal_blocks(form.intro, reading) if form.intro else []
    blocks = [*intro, *(_input(names[place], field, reading) for place, field in enumerate(form.fields))]
    if len(blocks) > VIEW_BLOCKS:
        raise FormTooLongError(f"the form {form.id!r} has more than {VIEW_BLOCKS} blocks")
    kept = {
        "form": form.id,
        "meta": dict(meta or {}),
        "names": {names[n]: f.name for n, f in enumerate(form.fields) if names[n] != f.name},
        "values": {names[n]: marked for n, f in enumerate(form.fields) if (marked := _marked(f))},
    }
    metadata = json.dumps(
        {k: v for k, v in kept.items() if v or k == "form"}, ensure_ascii=False, separators=(",", ":")
    )
    if len(metadata) > METADATA:
        raise FormTooLongError(f"what goes with the form {form.id!r} is longer than {METADATA} characters")
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": metadata,
        "title": _words(form.title, reading, HEADING),
        "submit": _words(form.submit, reading, HEADING),
        "close": plain_text(shorten(close, HEADING)),
        "blocks": blocks,
    }


def _words(node: Inline, reading: Reading, limit: int) -> dict[str, Any]:
    return plain_text(shorten(line(node, reading), limit))


def _block_ids(form: Form) -> Iterator[tuple[int, str]]:
    """Yield each field's place and ``block_id``: its name, or a number that is no field's name."""
    names = [field.name for field in form.fields]
    seen: set[str] = set()
    for place, name in enumerate(names):
        block_id = name
        if not name or len(name) > ID or name in seen:
            number = next(n for n in count(place) if f"#{n}" not in {*names, *seen})
            block_id = f"#{number}"
        seen.add(block_id)
        yield place, block_id


def _input(block_id: str, field: Field, reading: Reading) -> dict[str, Any]:
    hint = {"hint": _words(field.help, reading, HINT)} if field.help else {}
    return {
        "type": "input",
        "block_id": block_id,
        "label": _words(field.label, reading, LABEL),
        "optional": not field.required or field.given is not None,
        "element": {"action_id": ACTION, **_element(field, reading)},
        **hint,
    }


def _element(field: Field, reading: Reading) -> dict[str, Any]:
    match field.kind:
        case "choice" if field.choices:
            return _choice(field, reading)
        case "integer":
            initial = {"initial_value": field.value} if _INTEGER.fullmatch(field.value) else {}
            return {"type": "number_input", "is_decimal_allowed": False, **initial}
        case "date":
            return {"type": "datepicker", **({"initial_date": field.value} if _is_day(field.value) else {})}
        case _:
            if len(field.value) > INPUT:
                raise FormTooLongError(f"the field {field.name!r} holds more than {INPUT} characters")
            several = field.kind == "long" or "\n" in field.value
            initial = {"initial_value": field.value} if field.value else {}
            return {"type": "plain_text_input", "multiline": several, **initial}


def _is_day(value: str) -> bool:
    try:
        return bool(_DAY.fullmatch(value) and date.fromisoformat(value))
    except ValueError:
        return False


def _choice(field: Field, reading: Reading) -> dict[str, Any]:
    """Return a few choices side by side, where one must be taken; otherwise a menu, which can be emptied again."""
    if len(field.choices) > OPTIONS:
        raise FormTooLongError(f"the field {field.name!r} has more than {OPTIONS} choices")
    options = [_option(n, choice, reading) for n, choice in enumerate(field.choices)]
    chosen = next((options[n] for n, choice in enumerate(field.choices) if choice.value == field.value), None)
    initial = {"initial_option": chosen} if chosen else {}
    few = len(options) <= _FEW and field.required and not field.given
    return {"type": "radio_buttons" if few else "static_select", "options": options, **initial}


def _option(place: int, choice: Choice, reading: Reading) -> dict[str, Any]:
    return {"text": _words(choice.label, reading, OPTION_LABEL), "value": _option_value(place, choice)}


def _option_value(place: int, choice: Choice) -> str:
    """Return a choice's value, or its place where Slack would not take the value, or where it looks like a place."""
    plain = 0 < len(choice.value) <= OPTION_VALUE and not choice.value.startswith("#")
    return choice.value if plain else f"#{place}"


def _marked(field: Field) -> dict[str, str]:
    """Return the values that Slack knows by their place only."""
    if field.kind != "choice":
        return {}
    known = ((_option_value(n, choice), choice.value) for n, choice in enumerate(field.choices))
    return {sent: value for sent, value in known if sent != value}


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a form's view carries along."""

    form: str
    meta: dict[str, str]
    names: dict[str, str]
    values: dict[str, dict[str, str]]


def _kept(view: Mapping[str, Any]) -> _Kept:
    try:
        found = json.loads(text_of(view, "private_metadata"))
    except ValueError:
        found = None
    found = found if isinstance(found, dict) else {}
    return _Kept(str(found.get("form", "")), found.get("meta", {}), found.get("names", {}), found.get("values", {}))


def meta_of(view: Mapping[str, Any]) -> dict[str, str]:
    """Return what ``modal`` was given to carry along."""
    return _kept(view).meta


def values_of(view: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Return a submitted view's form, and a value for each of its fields by name; "" for one left empty."""
    kept = _kept(view)
    state = (view.get("state") or {}).get("values") or {}
    blocks = [*dict.fromkeys([*_inputs(view), *state])]
    return kept.form, {
        kept.names.get(block, block): kept.values.get(block, {}).get(sent := _sent(state.get(block)), sent)
        for block in blocks
    }


def _inputs(view: Mapping[str, Any]) -> list[str]:
    return [text_of(block, "block_id") for block in listed(view.get("blocks")) if block.get("type") == "input"]


def _sent(block: object) -> str:
    """Return what the one input of a block holds."""
    held = block.get(ACTION) if isinstance(block, Mapping) else None
    if not isinstance(held, Mapping):
        return ""
    option: Element = held.get("selected_option") or {}
    return text_of(held, "value", "selected_date") or text_of(option, "value")


def errors_of(errors: Mapping[str, Text], view: Mapping[str, Any], reading: Reading) -> dict[str, str]:
    """Return what is wrong with a submitted view, by ``block_id``, as ``response_action: errors`` takes it.

    What belongs to no field of it is said under the first. {} if it has no fields: nothing can be said in it.
    """
    blocks, names = _inputs(view), _kept(view).names
    of = {names.get(block, block): block for block in reversed(blocks)}
    found: dict[str, list[str]] = {}
    for name, body in errors.items():
        if blocks:
            found.setdefault(of.get(name, blocks[0]), []).append(_plain(body, reading))
    return {block: shorten("\n".join(wrong), ERROR) for block, wrong in found.items()}


def _plain(body: Text, reading: Reading) -> str:
    """Return a message as lines of plain words."""
    strips = (part for part in laid_out(body, reading) if isinstance(part, Strip))
    return "\n".join(said((Run(strip.mark), *strip.runs)) for strip in strips)
