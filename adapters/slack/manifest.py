"""The manifest from which Slack makes the app: pasted once, generated from the commands there are."""

from __future__ import annotations

import json
from typing import Any, Final

import yaml

from adapters.slack.scopes import EVENTS, NEEDED, OPTIONAL, SCOPES, Scope
from adapters.slack.values import COLLECT
from bot.core.commands import HELP, Tree
from bot.core.i18n import Catalogues, voice, words
from bot.core.model import Language
from bot.core.text import Translated

t, _ = words("causerie")

COLOUR: Final = "#2f5d50"
_LONGEST_HINT: Final = 1000
_DESCRIPTION = t("Small rituals for communities of practice, on a rhythm, without noise.")
_LONG = t(
    "Causerie animates communities of practice: people of one trade, across an organisation, who help one another "
    "because they want to. It keeps a few small rituals on a rhythm that the community chooses, takes the chores away, "
    "and leaves the conversation to people. It never counts who is silent."
)
_COMMAND = t("Set up a community, see what comes, change how you are written to")
_SHORTCUT = t("Count as an answer")
_SHORTCUT_HELP = t("Counts this message as an answer to the question of the week, for whoever is in charge")


def manifest(tree: Tree, catalogues: Catalogues, language: Language, name: str = "Causerie") -> dict[str, Any]:
    """Return the manifest as Slack reads it; ``name`` is what the app is called in the workspace."""
    spoken = voice(language)

    def said(node: Any) -> str:  # noqa: ANN401 - a sentence
        return catalogues.sentence(node, spoken)

    names = [named.said(language) for named in (HELP, *(child.names for child in tree.children))]
    return {
        "display_information": {
            "name": name,
            "description": said(_DESCRIPTION),
            "long_description": said(_LONG),
            "background_color": COLOUR,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": name, "always_online": True},
            "shortcuts": [
                {
                    "name": said(_SHORTCUT),
                    "type": "message",
                    "callback_id": COLLECT,
                    "description": said(_SHORTCUT_HELP),
                }
            ],
            "slash_commands": [
                {
                    "command": "/causerie",
                    "description": said(_COMMAND),
                    "usage_hint": " | ".join(names)[:_LONGEST_HINT],
                    "should_escape": True,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(NEEDED | OPTIONAL), "bot_optional": sorted(OPTIONAL)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }


def written(tree: Tree, catalogues: Catalogues, language: Language, *, as_json: bool = False) -> str:
    """Return the manifest to paste: YAML that says beside each permission what it is for, or JSON."""
    made = manifest(tree, catalogues, language)
    if as_json:
        return json.dumps(made, ensure_ascii=False, indent=2)
    lines = yaml.safe_dump(made, sort_keys=False, allow_unicode=True, width=120).splitlines()
    spoken = voice(language)
    why = {f"- {scope.name}": catalogues.sentence(_why(scope), spoken) for scope in SCOPES}
    return "\n".join(f"{line}  # {why[line.strip()]}" if line.strip() in why else line for line in lines)


def _why(scope: Scope) -> Translated:
    return t("optional: {why}", why=scope.why) if scope.optional else scope.why
