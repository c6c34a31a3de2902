"""api.*, auth.*, users.*, bots.*, team.*, views.* and files.*."""

from __future__ import annotations

import html

from tests.slack.double.api import method, own
from tests.slack.double.arguments import Arguments, RefusalError, page
from tests.slack.double.checks import Json
from tests.slack.double.shapes import bot_json, user_json
from tests.slack.double.views import Views
from tests.slack.double.world import Message


@method("api.test")
def api_test(_: Views, args: Arguments) -> Json:
    if error := args.text("error"):
        raise RefusalError(error, args=args.readable())
    return {"args": args.readable()}


@method("auth.test")
def auth_test(slack: Views, _: Arguments) -> Json:
    return {
        "url": f"https://{slack.team_domain}.slack.com/",
        "team": slack.team_domain,
        "user": slack.users[slack.bot_user].name,
        "team_id": slack.team,
        "user_id": slack.bot_user,
        "bot_id": slack.bot_id,
        "is_enterprise_install": False,
    }


@method("team.info", "team:read")
def team_info(slack: Views, _: Arguments) -> Json:
    return {"team": {"id": slack.team, "name": slack.team_domain, "domain": slack.team_domain, "email_domain": ""}}


@method("bots.info", "users:read")
def bots_info(slack: Views, args: Arguments) -> Json:
    if args.text("bot") not in {"", slack.bot_id}:
        raise RefusalError("bot_not_found")
    return {"bot": bot_json(slack)}


@method("users.info", "users:read")
def users_info(slack: Views, args: Arguments) -> Json:
    user = slack.users.get(args.required("user"))
    if user is None:
        raise RefusalError("user_not_found")
    return {"user": user_json(slack, user, locale=args.flag("include_locale"))}


@method("users.list", "users:read")
def users_list(slack: Views, args: Arguments) -> Json:
    ours = [u for u in slack.users.values() if not u.stranger]
    items, further = page(ours, args)
    shown = [user_json(slack, u, locale=args.flag("include_locale")) for u in items]
    return {"members": shown, "cache_ts": slack.seconds(), "response_metadata": further}


@method("views.open")
def views_open(slack: Views, args: Arguments) -> Json:
    return {"view": slack.open_view(slack.take_trigger(args.required("trigger_id")), args.parsed("view"))}


@method("views.push")
def views_push(slack: Views, args: Arguments) -> Json:
    return {"view": slack.push_view(slack.take_trigger(args.required("trigger_id")), args.parsed("view"))}


@method("views.update")
def views_update(slack: Views, args: Arguments) -> Json:
    view_id, external = args.text("view_id"), args.text("external_id")
    if not view_id and not external:
        raise RefusalError("invalid_arguments", ["missing required field: view_id"])

    def matches(view: Json) -> bool:
        return bool(view["id"] == view_id if view_id else view["external_id"] == external)

    return {"view": slack.update_view(args.parsed("view"), matches, args.text("hash"))}


@method("views.publish")
def views_publish(slack: Views, args: Arguments) -> Json:
    user = slack.users.get(args.required("user_id"))
    if user is None or user.deleted or user.stranger:
        raise RefusalError("invalid_arguments", ["invalid `user_id`"])
    return {"view": slack.publish_view(user.id, args.parsed("view"), args.text("hash"))}


@method("files.getUploadURLExternal", "files:write")
def upload_url(slack: Views, args: Arguments) -> Json:
    name, length = args.required("filename"), args.number("length", 0)
    if length <= 0:
        raise RefusalError("missing_argument")
    file_id = slack.new_id("F")
    slack.files[file_id] = {"id": file_id, "name": name, "title": name, "size": length, "content": None}
    return {"upload_url": f"{slack.url}/upload/{file_id}", "file_id": file_id}


@method("files.completeUploadExternal", "files:write")
def complete_upload(slack: Views, args: Arguments) -> Json:
    asked = args.parsed("files")
    if not isinstance(asked, list) or not asked:
        raise RefusalError("invalid_arguments", ["missing required field: files"])
    shared = []
    for one in asked:
        stored = slack.files.get(str(one.get("id"))) if isinstance(one, dict) else None
        if stored is None or stored["content"] is None:
            raise RefusalError("file_not_found")
        stored["title"] = one.get("title") or stored["title"]
        shared.append({k: v for k, v in stored.items() if k != "content"})
    if target := args.text("channel_id") or args.text("channels"):
        channel = own(slack, target)
        said = html.escape(html.unescape(args.text("initial_comment")), quote=False)
        slack.write(
            Message(
                slack.new_ts(),
                channel.id,
                slack.bot_user,
                said,
                slack.clock(),
                bot_id=slack.bot_id,
                thread_ts=args.text("thread_ts") or None,
                files=shared,
                subtype="file_share",
            )
        )
    return {"files": shared}
