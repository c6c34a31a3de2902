"""Answers by form or command, said in the thread for who wrote them: under their name, or unsigned."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import category

from bot.core.effects import Configure, Edit, Effect, Journal, Load, OpenForm, Post, Whisper, Withdraw
from bot.core.errors import UserError
from bot.core.events import ButtonPressed, CommandGiven, FormSubmitted
from bot.core.forms import Choice, Field, Form
from bot.core.i18n import words
from bot.core.markdown import parse
from bot.core.model import MemberId
from bot.core.text import Button, Inline, Paragraph, Strong, Text, When, buttons, paragraph, quote
from rituals.weekly_question import digests, texts
from rituals.weekly_question.model import Answer, Round, answered, question
from rituals.weekly_question.plan import coming
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now
from rituals.weekly_question.thread import ANSWER_UNITS, beginning
from rituals.weekly_question.worded import UNSEEN

t, tn = words("weekly_question")

LONGEST = 3000
FORM, CHANGE_FORM = "answer", "answer.change"
CHANGE, TAKE_BACK = "answer.change", "answer.back"
_SIGNED, _UNSIGNED = "signed", "unsigned"


async def answer(rounds: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Say an answer for who gives it; without words, ask for them."""
    round_ = await _answerable(rounds, moment)
    typed = event.values.get("words")
    if typed is None or event.actor is None:
        return (OpenForm(_form(round_, moment)),)
    return await _say(rounds, round_, _checked(typed), event.actor, moment)


async def write(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Open the form to who pressed the button under the question."""
    round_ = await _answerable(rounds, moment)
    if event.value != str(round_.number):
        raise _too_late()
    return (OpenForm(_form(round_, moment)),)


def _form(round_: Round, moment: Now) -> Form:
    fields = [_words_field("")]
    if moment.settings.unsigned:
        choices = (Choice(_SIGNED, t("With my name")), Choice(_UNSIGNED, t("Unsigned")))
        note = t("Unsigned, it is not kept who wrote it: you cannot change it or take it back afterwards.")
        fields.append(Field("signed", t("Signed"), "choice", _SIGNED, note, choices))
    return Form(
        id=f"{FORM}/{round_.number}",
        title=t("Answer the question"),
        fields=tuple(fields),
        intro=quote(paragraph(round_.question.node)),
        submit=t("Post it in the thread"),
    )


def _words_field(now: str) -> Field:
    return Field("words", t("Your answer"), "long", now, t("A line is plenty; at most 3000 characters."))


async def written(rounds: Rounds, event: FormSubmitted, moment: Now) -> Sequence[Effect]:
    """Say the answer that a form brings."""
    round_ = await _answerable(rounds, moment)
    if event.form != f"{FORM}/{round_.number}":
        raise _too_late()
    typed = _checked(event.values.get("words", ""))
    if event.values.get("signed", _SIGNED) != _UNSIGNED:
        return await _say(rounds, round_, typed, event.actor, moment)
    if not moment.settings.unsigned:
        no_longer = t("Unsigned answers are no longer taken here. Nothing was posted.")
        raise UserError(no_longer, {"signed": paragraph(no_longer)})
    return await _say(rounds, round_, typed, None, moment)


async def _say(rounds: Rounds, round_: Round, typed: str, author: MemberId | None, moment: Now) -> Sequence[Effect]:
    """Post an answer; of an unsigned one nothing is kept that tells whose it is."""
    id_ = moment.new_id()
    label = answered(round_.number, id_)
    new = Answer(
        id=id_,
        label=label,
        author=author,
        at=moment.now,
        excerpt=beginning(parse(typed)),
        words=typed if author else "",
        late=round_.closed,
    )
    round_.answers.append(new)
    posted = Post(label, _signed(new, typed), question(round_.number))
    told = await digests.retold(rounds, round_, moment)
    if author is None:
        return (posted, *told, Whisper(paragraph(t("Your answer is in the thread, unsigned."))))
    return (
        posted,
        Load(author, "answer", ANSWER_UNITS),
        *told,
        Whisper(_there(new, t("Your answer is in the thread."))),
    )


def _signed(new: Answer, typed: str) -> Text:
    """Return an answer as it stands in the thread."""
    who: Inline = Strong((texts.someone(new.author),))
    body = parse(typed)
    match body.blocks:
        case (Paragraph(children), *rest):
            return paragraph(who, t(": "), *children) + Text(tuple(rest))
        case _:
            return paragraph(who, t(": ")) + body


def _there(new: Answer, said: Inline) -> Text:
    return paragraph(said) + buttons(
        Button(CHANGE, t("Change it"), new.id), Button(TAKE_BACK, t("Take it back"), new.id)
    )


async def change(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Open one's own answer."""
    del moment
    _, own = await _own(rounds, event.value, event.actor)
    return (
        OpenForm(Form(f"{CHANGE_FORM}/{own.id}", t("Your answer"), (_words_field(own.words),), submit=t("Change it"))),
    )


async def changed(rounds: Rounds, event: FormSubmitted, moment: Now) -> Sequence[Effect]:
    """Say one's own answer in other words."""
    round_, own = await _own(rounds, event.form.partition("/")[2], event.actor)
    own.words = _checked(event.values.get("words", ""))
    own.excerpt = beginning(parse(own.words))
    said = Whisper(_there(own, t("Your answer is changed.")))
    return (*_reworded(own), *await digests.retold(rounds, round_, moment), said)


def _reworded(own: Answer) -> Sequence[Effect]:
    return (Edit(own.label, _signed(own, own.words)),) if own.label else ()


async def take_back(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Take one's own answer back."""
    round_, own = await _own(rounds, event.value, event.actor)
    round_.answers.remove(own)
    gone: Sequence[Effect] = (Withdraw(own.label),) if own.label else ()
    return (*gone, *await digests.retold(rounds, round_, moment), Whisper(paragraph(t("Your answer is taken back."))))


async def unsigned(_: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Decide whether answers may come without a name."""
    del moment
    on, who = event.values["choice"] == "on", texts.who(event)
    line = t("{who} allowed unsigned answers.", who=who) if on else t("{who} ended unsigned answers.", who=who)
    told = (
        t("From now on the form offers to answer unsigned: then nothing is kept of who wrote.")
        if on
        else t("From now on every answer carries a name.")
    )
    return (Configure({"unsigned": on}), Journal(line), Whisper(paragraph(told)))


async def _answerable(rounds: Rounds, moment: Now) -> Round:
    """Return the question that can be answered: the last one, until the next. Raises UserError."""
    latest = await rounds.latest()
    if latest is not None and latest.standing:
        return latest
    following = next(coming(moment, await rounds.plan()), None)
    if following is None:
        raise UserError(t("No question is open, and none is planned."))
    raise UserError(t("No question is open. The next one comes on {when}.", when=When(following.at)))


async def _own(rounds: Rounds, id_: str, actor: MemberId | None) -> tuple[Round, Answer]:
    """Return a member's own answer to the last question; raises UserError."""
    latest = await rounds.latest()
    found = next((a for a in latest.answers if a.id == id_), None) if latest else None
    if latest is None or found is None or found.author is None or found.author != actor or not found.words:
        raise UserError(
            t("This answer can no longer be changed: it was taken back, or another question was asked since.")
        )
    return latest, found


def _checked(typed: str) -> str:
    """Return the words of an answer, without what can be neither seen nor kept; raises UserError beside the field."""
    lines = typed.replace("\r\n", "\n").replace("\r", "\n")
    said = "".join(letter for letter in lines if letter in "\n\t" or category(letter) not in UNSEEN).strip()
    wrong = (
        t("An answer needs a few words.")
        if not said
        else t("An answer has at most {limit} characters, and this has {length}.", limit=LONGEST, length=len(said))
        if len(said) > LONGEST
        else None
    )
    if wrong is not None:
        raise UserError(wrong, {"words": paragraph(wrong)})
    return said


def _too_late() -> UserError:
    """Return the refusal of an answer to a question that is over, which keeps the words in their form."""
    late = t("Another question was asked since. `question answer` answers that one.")
    return UserError(late, {"words": paragraph(late)})
