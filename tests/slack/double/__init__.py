"""A double of Slack that keeps state, refuses what Slack refuses, and fails where a test asks it to."""

from tests.slack.double.double import SlackDouble
from tests.slack.double.faults import Aborted, AnswerLost, RateLimited, Refused, ServerError, Slow
from tests.slack.double.hosting import Hosted, threaded
from tests.slack.double.reading import buttons, words
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
    "threaded",
    "words",
]
