"""What the weekly question says of itself in the community's status."""

from __future__ import annotations

from bot.core.i18n import words
from bot.core.text import Inline, Text, When, lines
from rituals.weekly_question import texts
from rituals.weekly_question.kinds import listed
from rituals.weekly_question.model import Round
from rituals.weekly_question.plan import closes
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now
from rituals.weekly_question.suggestion import waiting

t, tn = words("weekly_question")


async def summary(rounds: Rounds, moment: Now) -> Text:
    """Tell the rhythm, whether it rests, what is open, which kinds are asked, and what waits for a decision."""
    plan, latest = await rounds.plan(), await rounds.latest()
    rows: list[Inline] = [texts.rhythm(moment.settings, moment.community)]
    if plan.rests_until is not None and plan.rests_until > moment.now:
        rows.append(t("No question before {day}.", day=When(plan.rests_until, "date")))
    rows.append(_state(latest, moment) if latest else t("Nothing has been asked yet."))
    if moment.settings.kinds:
        rows.append(t("These kinds are asked: {kinds}.", kinds=listed(moment.settings.kinds)))
    suggested = len(waiting(await rounds.suggestions()))
    if suggested:
        rows.append(
            tn(
                "{count} suggested question waits for a decision.",
                "{count} suggested questions wait for a decision.",
                suggested,
            )
        )
    return lines(*rows)


def _state(latest: Round, moment: Now) -> Inline:
    link = texts.linked(latest)
    # A number is told only when there is one: nobody is to be sorry for a quiet week.
    answered = tn("{count} person has answered", "{count} people have answered", latest.authors)
    if latest.withdrawn:
        return t("The last question was taken back.")
    if latest.open:
        until = When(closes(moment, latest))
        return (
            t(
                "Open: “{question}” – {answered}; the digest comes on {when}.",
                question=link,
                answered=answered,
                when=until,
            )
            if latest.answers
            else t("Open: “{question}” – answers are gathered until {when}.", question=link, when=until)
        )
    if latest.answers:
        return t("Last: “{question}” – {answered}.", question=link, answered=answered)
    return t("Last: “{question}” – asked on {when}.", question=link, when=When(latest.asked_at, "date"))
