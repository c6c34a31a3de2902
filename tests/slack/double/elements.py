"""Block elements and composition objects: which keys they have, and how long each may be."""

from __future__ import annotations

import re

from tests.slack.double.checks import (
    Check,
    Json,
    Problems,
    among,
    anything,
    array,
    boolean,
    integer,
    kind,
    record,
    string,
    typed,
)

ID = string(255)
URL = string(3000)
PLACEHOLDER_LIMIT = 150


def plain(longest: int) -> Check:
    """Hold to a plain_text object."""
    return kind("plain_text", {"text": string(longest)}, {"emoji": boolean})


def words(longest: int) -> Check:
    """Hold to a plain_text or mrkdwn object."""
    mrkdwn = kind("mrkdwn", {"text": string(longest)}, {"verbatim": boolean})
    return typed({"plain_text": plain(longest), "mrkdwn": mrkdwn})


def pattern(expression: str, example: str) -> Check:
    """Hold a string to a form."""

    def check(problems: Problems, at: str, value: object) -> None:
        if not isinstance(value, str) or not re.fullmatch(expression, value):
            problems.add(at, f"must have the form {example}")

    return check


DATE = pattern(r"\d{4}-\d\d-\d\d", "YYYY-MM-DD")
TIME = pattern(r"\d\d:\d\d", "HH:mm")
NUMBER = pattern(r"-?\d+(\.\d+)?", "a number in a string")
CONFIRM = record(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": among("primary", "danger")},
)
SLACK_FILE = record({}, {"id": ID, "url": URL})


def option(text: Check, **more: Check) -> Check:
    """Hold to an option object."""
    return record({"text": text, "value": string(150)}, {"description": text, **more})


PLAIN_OPTION = option(plain(75))
RICH_OPTION = option(words(75))
OPTIONS = array(PLAIN_OPTION, most=100)
FEW = array(RICH_OPTION, most=10)
GROUPS = array(record({"label": plain(75), "options": OPTIONS}), most=100)


def _offered(value: Json) -> list[object]:
    groups = value.get("option_groups")
    lists = [g.get("options") for g in groups if isinstance(g, dict)] if isinstance(groups, list) else []
    return [o for several in (*lists, value.get("options")) if isinstance(several, list) for o in several]


def initial_is_offered(problems: Problems, at: str, value: object) -> None:
    """Hold what is chosen at first to what can be chosen."""
    if not isinstance(value, dict):
        return
    chosen = value.get("initial_options", [])
    first = [value["initial_option"]] if "initial_option" in value else []
    offered = [(o.get("value"), _label(o)) for o in _offered(value) if isinstance(o, dict)]
    for one in [*first, *(chosen if isinstance(chosen, list) else [])]:
        if not isinstance(one, dict) or (one.get("value"), _label(one)) not in offered:
            problems.add(at, "initial option must match one of the options")


def _label(one: Json) -> object:
    text = one.get("text")
    return text.get("text") if isinstance(text, dict) else text


def options_or_groups(problems: Problems, at: str, value: object) -> None:
    """Hold a menu to one source of options."""
    if isinstance(value, dict) and ("options" in value) == ("option_groups" in value):
        problems.add(at, "must provide either options or option_groups")


ACTION = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": boolean}
MENU = {**ACTION, "placeholder": plain(PLACEHOLDER_LIMIT)}
TYPED = {
    "action_id": ID,
    "placeholder": plain(PLACEHOLDER_LIMIT),
    "focus_on_load": boolean,
    "dispatch_action_config": record(
        {}, {"trigger_actions_on": array(among("on_enter_pressed", "on_character_entered"), most=2)}
    ),
}
FILTER = record(
    {},
    {
        "include": array(among("im", "mpim", "private", "public"), most=4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
STATIC = {"options": OPTIONS, "option_groups": GROUPS}
MANY = {"max_selected_items": integer(1)}
IDS = array(ID, most=100)

BUTTON = kind(
    "button",
    {"text": plain(75)},
    {
        "action_id": ID,
        "url": URL,
        "value": string(2000),
        "style": among("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
IMAGE = kind("image", {"alt_text": string(2000)}, {"image_url": URL, "slack_file": SLACK_FILE})
OVERFLOW = kind(
    "overflow", {"options": array(option(plain(75), url=URL), most=5)}, {"action_id": ID, "confirm": CONFIRM}
)
SELECTS: dict[str, Check] = {
    "static_select": kind(
        "static_select", {}, {**MENU, **STATIC, "initial_option": PLAIN_OPTION}, options_or_groups, initial_is_offered
    ),
    "external_select": kind(
        "external_select", {}, {**MENU, "initial_option": PLAIN_OPTION, "min_query_length": integer(0)}
    ),
    "users_select": kind("users_select", {}, {**MENU, "initial_user": ID}),
    "conversations_select": kind(
        "conversations_select",
        {},
        {
            **MENU,
            "initial_conversation": ID,
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": FILTER,
        },
    ),
    "channels_select": kind("channels_select", {}, {**MENU, "initial_channel": ID, "response_url_enabled": boolean}),
    "multi_static_select": kind(
        "multi_static_select",
        {},
        {**MENU, **STATIC, **MANY, "initial_options": OPTIONS},
        options_or_groups,
        initial_is_offered,
    ),
    "multi_external_select": kind(
        "multi_external_select", {}, {**MENU, **MANY, "initial_options": OPTIONS, "min_query_length": integer(0)}
    ),
    "multi_users_select": kind("multi_users_select", {}, {**MENU, **MANY, "initial_users": IDS}),
    "multi_conversations_select": kind(
        "multi_conversations_select",
        {},
        {
            **MENU,
            **MANY,
            "initial_conversations": IDS,
            "default_to_current_conversation": boolean,
            "filter": FILTER,
        },
    ),
    "multi_channels_select": kind("multi_channels_select", {}, {**MENU, **MANY, "initial_channels": IDS}),
}
CHOICES: dict[str, Check] = {
    **SELECTS,
    "radio_buttons": kind(
        "radio_buttons", {"options": FEW}, {**ACTION, "initial_option": RICH_OPTION}, initial_is_offered
    ),
    "checkboxes": kind("checkboxes", {"options": FEW}, {**ACTION, "initial_options": FEW}, initial_is_offered),
    "datepicker": kind("datepicker", {}, {**MENU, "initial_date": DATE}),
    "timepicker": kind("timepicker", {}, {**MENU, "initial_time": TIME, "timezone": string()}),
    "datetimepicker": kind("datetimepicker", {}, {**ACTION, "initial_date_time": integer(0)}),
}
ACTIONS: dict[str, Check] = {**CHOICES, "button": BUTTON, "overflow": OVERFLOW}
ACCESSORIES: dict[str, Check] = {**ACTIONS, "image": IMAGE}
INPUTS: dict[str, Check] = {
    **CHOICES,
    "plain_text_input": kind(
        "plain_text_input",
        {},
        {
            **TYPED,
            "initial_value": string(3000, shortest=0),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
    ),
    "number_input": kind(
        "number_input",
        {"is_decimal_allowed": boolean},
        {**TYPED, "initial_value": NUMBER, "min_value": NUMBER, "max_value": NUMBER},
    ),
    "email_text_input": kind("email_text_input", {}, {**TYPED, "initial_value": string()}),
    "url_text_input": kind("url_text_input", {}, {**TYPED, "initial_value": string()}),
    "rich_text_input": kind("rich_text_input", {}, {**TYPED, "initial_value": anything}),
    "file_input": kind(
        "file_input", {}, {"action_id": ID, "filetypes": array(string(), most=100), "max_files": integer(1, 10)}
    ),
}
