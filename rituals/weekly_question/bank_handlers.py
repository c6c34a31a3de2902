"""Which handler answers which command, button and form of the bank and of what is suggested for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, TypeVar

from bot.core.effects import Effect
from bot.core.events import ButtonPressed, CommandGiven, Event, FormSubmitted
from rituals.weekly_question import (
    bank_changes,
    bank_exchange,
    bank_list,
    bank_texts,
    deciding,
    exchange_texts,
    suggestion_texts,
    suggestions,
)
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now

E = TypeVar("E", bound=Event)
Handler = Callable[[Rounds, E, Now], Awaitable[Sequence[Effect]]]

COMMANDS: Final[Mapping[str, Handler[CommandGiven]]] = {
    "question.bank.list": bank_list.list_,
    "question.bank.add": bank_changes.add,
    "question.bank.edit": bank_changes.edit,
    "question.bank.remove": bank_changes.remove,
    "question.bank.queue": bank_changes.queue,
    "question.bank.unqueue": bank_changes.unqueue,
    "question.bank.import": bank_exchange.import_,
    "question.bank.export": bank_exchange.export,
    "question.kinds": bank_list.kinds,
    "question.suggest": suggestions.suggest,
    "question.suggestions": suggestions.suggestions,
}
PRESSES: Final[Mapping[str, Handler[ButtonPressed]]] = {
    bank_texts.MORE: bank_list.more_pressed,
    bank_texts.REMOVE: bank_changes.remove_pressed,
    bank_texts.RESTORE: bank_changes.restore_pressed,
    exchange_texts.ADD: bank_exchange.add_pressed,
    exchange_texts.DROP: bank_exchange.drop_pressed,
    suggestion_texts.TAKE_BACK: suggestions.take_back_pressed,
    suggestion_texts.NAMED: suggestions.credit_pressed,
    suggestion_texts.UNNAMED: suggestions.credit_pressed,
    suggestion_texts.ADD: deciding.add_pressed,
    suggestion_texts.EDIT: deciding.edit_pressed,
    suggestion_texts.DECLINE: deciding.decline_pressed,
}
FORMS: Final[Mapping[str, Handler[FormSubmitted]]] = {
    bank_texts.ADD_FORM: bank_changes.add_sent,
    bank_texts.EDIT_FORM: bank_changes.edit_sent,
    exchange_texts.FORM: bank_exchange.import_sent,
    suggestion_texts.SUGGEST_FORM: suggestions.suggest_sent,
    suggestion_texts.EDIT_FORM: deciding.edit_sent,
    suggestion_texts.DECLINE_FORM: deciding.decline_sent,
}
"""By what comes before the first stroke of a form's id."""
