"""What people choose and type into elements, as state.values and actions show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.slack.double.checks import Json

Given = str | Sequence[str]
_VALUE = frozenset({"plain_text_input", "number_input", "email_text_input", "url_text_input"})
_OPTION = frozenset({"static_select", "radio_buttons", "overflow", "external_select"})
_OPTIONS = frozenset({"checkboxes", "multi_static_select", "multi_external_select"})
_ONE = {
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
}
_SEVERAL = {
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
}


@dataclass(frozen=True)
class Field:
    """A stateful element and its block."""

    block: Json
    element: Json

    @property
    def names(self) -> tuple[str, str]:
        """The ids that it can be called by."""
        return self.block["block_id"], self.element["action_id"]


def fields(blocks: Sequence[Json]) -> Iterator[Field]:
    """Give each element that people can press, choose from or type into."""
    for block in blocks:
        for element in (block.get("element"), block.get("accessory"), *(block.get("elements") or ())):
            if isinstance(element, dict) and "action_id" in element:
                yield Field(block, element)


def fill(view: Json, values: Mapping[str, Given]) -> None:
    """Let the inputs of a view hold these values, by block or action id; the others keep theirs."""
    stateful = [f for f in fields(view["blocks"]) if f.element["type"] not in {"button", "overflow"}]
    unknown = set(values) - {name for f in stateful for name in f.names}
    if unknown:
        raise ValueError(f"no such input: {sorted(unknown)}")
    held = view["state"]["values"]
    for found in stateful:
        block, action = found.names
        given = values.get(block, values.get(action))
        if given is not None:
            held.setdefault(block, {})[action] = chosen(found.element, given)
        elif action not in held.get(block, {}):
            held.setdefault(block, {})[action] = initial(found.element)


def check(view: Json) -> None:
    """Raise ValueError where Slack's client would not let a person submit."""
    for found in fields(view["blocks"]):
        if found.block["type"] != "input":
            continue
        block, action = found.names
        state = view["state"]["values"][block][action]
        value = next((v for k, v in state.items() if k != "type"), None)
        if not value and not found.block.get("optional"):
            raise ValueError(f"{block} is required")
        if value:
            _check_typed(block, found.element, value)


def _check_typed(block: str, element: Json, value: object) -> None:
    if element["type"] == "plain_text_input" and isinstance(value, str):
        if not element.get("min_length", 0) <= len(value) <= element.get("max_length", 3000):
            raise ValueError(f"{block} has {len(value)} characters")
    elif element["type"] == "number_input":
        number = float(str(value))
        low, high = float(element.get("min_value", "-inf")), float(element.get("max_value", "inf"))
        if not low <= number <= high or (not element["is_decimal_allowed"] and not number.is_integer()):
            raise ValueError(f"{block} cannot hold {value}")


def chosen(element: Json, given: Given) -> Json:
    """Return an element's state after someone chose or typed."""
    kind = element["type"]
    several = [given] if isinstance(given, str) else list(given)
    if kind in _VALUE:
        return {"type": kind, "value": "".join(several) or None}
    if kind in _OPTION:
        return {"type": kind, "selected_option": _option(element, several[0]) if several and several[0] else None}
    if kind in _OPTIONS:
        return {"type": kind, "selected_options": [_option(element, one) for one in several if one]}
    if kind in _SEVERAL:
        return {"type": kind, _SEVERAL[kind][0]: several}
    value = several[0] if several and several[0] else None
    return {"type": kind, _ONE[kind][0]: int(value) if value and kind == "datetimepicker" else value}


def initial(element: Json) -> Json:
    """Return an element's state before anyone touched it."""
    kind = element["type"]
    if kind in _VALUE:
        return {"type": kind, "value": element.get("initial_value") or None}
    if kind in _OPTION:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in _OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    if kind in _SEVERAL:
        state, first = _SEVERAL[kind]
        return {"type": kind, state: element.get(first, [])}
    state, first = _ONE[kind]
    return {"type": kind, state: element.get(first)}


def _option(element: Json, wanted: str) -> Json:
    groups = [g["options"] for g in element.get("option_groups", [])]
    for option in (o for several in (element.get("options", []), *groups) for o in several):
        if wanted in {option["value"], option["text"]["text"]}:
            return dict(option)
    raise ValueError(f"no such option: {wanted}")
