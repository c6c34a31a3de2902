"""A double of Slack that keeps state, refuses what Slack refuses, and fails where a test asks it to.

    async with SlackDouble(clock=clock) as double:
        ada = double.add_user("Ada")
        channel = double.add_channel("help", [ada], with_bot=True)
        ...  # start the bot with double.api_url, double.bot_token and double.app_token
        await double.connected()
        double.say(ada, channel, "Hello")
        await double.until(lambda: double.messages(channel)[1:])
        assert double.words(double.messages(channel)[-1]) == "Hello, Ada"

What people do are plain methods: they change the workspace and send what Slack would send. ``threaded`` runs a double
in a thread of its own, for a bot in another process.
"""

from tests.slack.double.double import SlackDouble
from tests.slack.double.faults import Aborted, AnswerLost, RateLimited, Refused, ServerError, Slow
from tests.slack.double.hosting import Hosted, threaded
from tests.slack.double.reading import buttons, notified, words
from tests.slack.double.sockets import Envelope
from tests.slack.double.world import ALL_SCOPES, BOT_SCOPES, Message

__all__ = [
    "ALL_SCOPES",
    "BOT_SCOPES",
    "Aborted",
    "AnswerLost",
    "Envelope",
    "Hosted",
    "Message",
    "RateLimited",
    "Refused",
    "ServerError",
    "SlackDouble",
    "Slow",
    "buttons",
    "notified",
    "threaded",
    "words",
]
