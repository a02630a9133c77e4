"""Alarms to the plan's recipients, through apprise: e-mail, Slack, Teams, a webhook and a hundred more."""

from __future__ import annotations

import logging
import os
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from leadline.check.alarm import RANK, Findings
from leadline.check.alerts_state import News, State, news
from leadline.measurement.model import Plan, Recipient

_WORDS: Final = {
    "en": {
        "new": "{0} alerts",
        "new_one": "1 alert",
        "ended": "{0} resolved",
        "action": "What to do",
        "owner": "Owner",
        "resolved": "Resolved",
        "info": "info",
        "warning": "warning",
        "critical": "critical",
        "colon": ": ",
    },
    "fr": {
        "new": "{0} alertes",
        "new_one": "1 alerte",
        "ended": "{0} résolue(s)",
        "action": "Que faire",
        "owner": "Responsable",
        "resolved": "Résolu",
        "info": "information",
        "warning": "avertissement",
        "critical": "critique",
        "colon": " : ",
    },
}
_TYPES: Final = {"info": "info", "warning": "warning", "critical": "failure"}


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one recipient's message; `error` is empty where it was taken."""

    recipient: str
    alarms: int
    ended: int
    error: str = ""


def deliver(
    plan: Plan, found: Findings, state: State, rules: Collection[str]
) -> tuple[list[Delivery], State]:
    """Tell every recipient its news; the state afterwards. What could not be sent stays news.

    Addresses are read from the environment variables that the plan names; they are never shown.
    """
    done, after = [], dict(state)
    for recipient in plan.recipients:
        fresh = news(recipient, found.alarms, state.get(recipient.name, {}), found.undecided, rules)
        error = _send(recipient, plan.company, fresh) if fresh else ""
        done.append(Delivery(recipient.name, len(fresh.alarms), len(fresh.ended), error))
        if not error:
            after[recipient.name] = dict(fresh.after)
    return done, after


def _send(recipient: Recipient, company: str, fresh: News) -> str:
    """Why it could not be sent; empty where it was."""
    address = os.environ.get(recipient.url_env, "").strip()
    if not address:
        return f"the environment variable {recipient.url_env} is not set: give it apprise's URL"
    import apprise

    # The library reports an address that it refuses on its own log, with the address: ours must not show it.
    quiet = logging.getLogger("apprise")
    level, quiet.level = quiet.level, logging.CRITICAL + 1
    try:
        messenger = apprise.Apprise()
        if not messenger.add(address):
            return f"the URL in {recipient.url_env} is none that apprise knows"
        taken = messenger.notify(
            title=subject(company, fresh, recipient.lang),
            body=body(fresh, recipient.lang),
            notify_type=apprise.NotifyType(_gravity(fresh)),
            body_format=apprise.NotifyFormat.TEXT,
        )
    finally:
        quiet.level = level
    return "" if taken else f"the service behind {recipient.url_env} did not take the message"


def _gravity(fresh: News) -> str:
    if not fresh.alarms:
        return "success"
    return _TYPES[max((alarm.severity for alarm in fresh.alarms), key=RANK.__getitem__)]


def subject(company: str, fresh: News, lang: str) -> str:
    """The title of a message: company and counts."""
    say = _WORDS[lang]
    count = len(fresh.alarms)
    parts = [say["new_one"] if count == 1 else say["new"].format(count)] if count else []
    parts += [say["ended"].format(len(fresh.ended))] if fresh.ended else []
    return f"{company}{say['colon']}{', '.join(parts)}"


def body(fresh: News, lang: str) -> str:
    """The text of a message: what is raised with its action and owner, then what ended."""
    say = _WORDS[lang]
    lines = []
    for alarm in fresh.alarms:
        lines += [
            f"[{say[alarm.severity]}] {alarm.title.say(lang)}",
            alarm.message.say(lang),
            f"{say['action']}{say['colon']}{alarm.action.say(lang)}",
            f"{say['owner']}{say['colon']}{alarm.owner}",
            "",
        ]
    lines += [
        f"[{say['resolved']}] {told.title.say(lang)} – {told.message.say(lang)}"
        for told in fresh.ended.values()
    ]
    return "\n".join(lines).rstrip() + "\n"
