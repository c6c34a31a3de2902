"""Whether Slack takes the tokens, and what will not work for want of a permission."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.slack.scopes import SCOPES
from adapters.slack.settings import SlackSettings
from adapters.slack.web import BadTokenError, RefusedError, RevokedError, Web
from bot.engine.adapter import Finding
from bot.engine.platform import OutcomeUnknownError, RetryLaterError


async def check(settings: SlackSettings) -> Sequence[Finding]:
    """Ask Slack who we are, and compare what was granted with what is needed."""
    findings: list[Finding] = []
    try:
        findings += await _bot(settings)
        findings.append(await _app(settings))
    except RetryLaterError as later:
        if later.after is not None:
            return [*findings, Finding(ok=False, what="Slack asks to wait; check again in a minute")]
        return [*findings, _away(settings)]
    except OutcomeUnknownError:
        return [*findings, _away(settings)]
    return findings


def _away(settings: SlackSettings) -> Finding:
    return Finding(ok=False, what=f"Slack cannot be reached at {settings.api_url}; is this machine online?")


async def _bot(settings: SlackSettings) -> Sequence[Finding]:
    web = Web(settings.bot_token, settings.api_url)
    try:
        who = await web.call("auth.test")
    except RevokedError as revoked:
        mend = "the app is not installed any more: install it again, and put its new bot token here"
        return [Finding(ok=False, what=f"slack.bot_token is refused ({revoked}); {mend}")]
    except (BadTokenError, RefusedError) as refused:
        return [Finding(ok=False, what=f"slack.bot_token is refused ({refused}); copy it anew from the app’s settings")]
    finally:
        await web.close()
    findings = [Finding(ok=True, what=f"Slack: {who['user']} in {who['team']} ({who['url']})")]
    for scope in SCOPES:
        if scope.name in web.scopes:
            continue
        lost = f"I cannot {scope.why.msgid}"
        if scope.optional:
            findings.append(Finding(ok=True, what=f"Slack: without {scope.name}, which is optional, {lost}"))
        else:
            mend = "add it under OAuth & Permissions, and install the app again"
            findings.append(Finding(ok=False, what=f"Slack: the permission {scope.name} is missing, so {lost}; {mend}"))
    return findings


async def _app(settings: SlackSettings) -> Finding:
    web = Web(settings.app_token, settings.api_url)
    try:
        await web.call("apps.connections.open")
    except (RevokedError, BadTokenError, RefusedError) as refused:
        told = f"slack.app_token is refused ({refused}); it needs connections:write, and Socket Mode to be on"
        return Finding(ok=False, what=told)
    finally:
        await web.close()
    return Finding(ok=True, what="Slack: a connection can be opened")
