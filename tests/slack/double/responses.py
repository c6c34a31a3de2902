"""What comes to a response_url: at most five answers within thirty minutes."""

from __future__ import annotations

from tests.slack.double.api_chat import POSTED, Content, content
from tests.slack.double.arguments import Arguments, RefusalError
from tests.slack.double.checks import Json
from tests.slack.double.views import USES, ResponseUrl, Views
from tests.slack.double.world import Message


def respond(slack: Views, name: str, args: Arguments) -> None:
    """Show an answer where a command or an interaction came from, or change what was acted on."""
    url = slack.response_urls.get(name.rpartition("/")[2])
    if url is None or slack.clock() > url.until:
        raise RefusalError("expired_url")
    if url.uses >= USES:
        raise RefusalError("used_url")
    if args.flag("delete_original"):
        slack.remove(_original(url))
    elif args.flag("replace_original"):
        original, said = _original(url), content(slack, args, POSTED)
        slack.rewrite(original, slack.bot_user, text=said.text, blocks=said.blocks)
    else:
        _show(slack, url, args, content(slack, args, POSTED))
    url.uses += 1


def show_ack(slack: Views, name: str, ack: Json) -> None:
    """Show what rides in the ack of a command."""
    if ack.get("text") or ack.get("blocks"):
        url, args = slack.response_urls[name.rpartition("/")[2]], Arguments(ack)
        try:
            _show(slack, url, args, content(slack, args, POSTED))
        except RefusalError as refusal:
            slack.note_problem(url.user, f"{refusal.code}: {'; '.join(refusal.messages)}")


def _original(url: ResponseUrl) -> Message:
    if url.message is None or url.message.deleted:
        raise RefusalError("message_not_found")
    return url.message


def _show(slack: Views, url: ResponseUrl, args: Arguments, said: Content) -> None:
    in_channel = args.text("response_type") == "in_channel"
    if url.channel.archived:
        raise RefusalError("is_archived")
    message = Message(
        slack.new_ts(),
        url.channel.id,
        slack.bot_user,
        said.text,
        slack.clock(),
        blocks=said.blocks,
        bot_id=slack.bot_id,
        thread_ts=args.text("thread_ts") or None,
        ephemeral=not in_channel,
        unlisted=True,
    )
    if in_channel:
        slack.write(message)
    else:
        slack.whispers.setdefault(url.user, []).append(message)
