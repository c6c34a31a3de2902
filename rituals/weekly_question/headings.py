"""Under which headings members read what is kept of them here."""

from __future__ import annotations

from bot.core.i18n import words

t, tn = words("weekly_question")

ANSWERS = t("Your answers to weekly questions")
ASKED = t("Weekly questions that you suggested, and that were asked")
BANK = t("Your questions in the bank")
COPIES = t("Weekly questions about which you were asked to decide")
DECISIONS = t("Weekly questions about which you decided")
READER = t("Digests that you receive by direct message")
SUGGESTIONS = t("Questions that you suggested")

BEGINNING = t("How it begins")
COMMUNITY = t("Community")
DECISION = t("Decision")
KIND = t("Kind")
LATE = t("After the digest")
NAMED = t("With your name")
OCCASION = t("About")
QUESTION = t("Question")
SINCE = t("Since")
STATE = t("State")
WHEN = t("When")
WORDS = t("What you wrote")
