"""Every source, medium and campaign that a visit can carry, and when each of them runs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from leadline.demo.draw import Ints
from leadline.demo.origins import ORIGINS, Origin
from leadline.demo.plan import Plan, seconds

# Kinds of visit: a consumer's, a purchase, a firm's, and a firm's that fills a form.
BROWSE, BUY, LOOK, ASK = range(4)


@dataclass(frozen=True)
class Traffic:
    """One row of what GA4 calls traffic source."""

    source: str
    medium: str
    channel: str
    campaign: str | None
    content: str | None
    origin: Origin | None

    @property
    def referrer(self) -> str | None:
        return self.origin.referrer if self.origin else None

    @property
    def is_tagged(self) -> bool:
        return self.origin is None or self.origin.tagged

    @property
    def clicked(self) -> bool:
        """Whether the visit carries a Google click id."""
        account = self.origin.account if self.origin else None
        return account is not None and account.platform == "google_ads"

    @property
    def query(self) -> str:
        """What the landing page's address carries."""
        if not self.is_tagged:
            return ""
        content = f"&utm_content={self.content}" if self.content else ""
        return f"?utm_source={self.source}&utm_medium={self.medium}&utm_campaign={self.campaign}{content}"


@dataclass(frozen=True)
class Mailing:
    """One e-mail campaign."""

    tool: str
    number: int
    name: str
    subject: str
    kind: str
    sent_at: int
    audience: str


SUBJECTS = ("Les nouveautés du mois", "Le thé de saison", "Nos coffrets", "Rencontre avec un producteur")


class Traffics:
    """The table of traffic rows of one plan: the origins under each of their names, then the mailings."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.newsletters = _newsletters(plan)
        self.firm_mails = _monthly(plan, "classic", 1, "lettre-pro", "La lettre des professionnels", "firms")
        self.follow_ups = _monthly(
            plan, "follow_up", 5, "suivi-commande", "Comment trouvez-vous votre thé ?", "customers"
        )
        self.rows: list[Traffic] = []
        self.first: list[int] = []  # row of every origin
        self.renamed: dict[int, tuple[int, int]] = {}  # origin: row of the former name, day of the new one
        for origin in ORIGINS:
            self.first.append(len(self.rows))
            name = campaign_name(origin, plan)
            content = f"{'video' if origin.key == 'meta_twin' else 'image'}-a" if origin.tagged else None
            self.rows.append(Traffic(origin.source, origin.medium, origin.channel, name, content, origin))
            if origin.former:
                self.renamed[len(self.first) - 1] = (len(self.rows), renamed_on(plan))
                self.rows.append(
                    Traffic(origin.source, origin.medium, origin.channel, origin.former, content, origin)
                )
        self.newsletter_row = len(self.rows)
        self.rows += [Traffic("mailchimp", "email", "Email", m.name, None, None) for m in self.newsletters]
        self.firm_row = len(self.rows)
        self.rows += [Traffic("brevo", "email", "Email", m.name, None, None) for m in self.firm_mails]

    @cached_property
    def labels(self) -> list[str]:
        """`source / medium / campaign` of every row, unique: keys of the counters."""
        return [f"{t.source} / {t.medium} / {t.campaign or ''}#{i}" for i, t in enumerate(self.rows)]

    @cached_property
    def channels(self) -> list[str]:
        return sorted({t.channel for t in self.rows})

    @cached_property
    def channel_of(self) -> Ints:
        return np.array([self.channels.index(t.channel) for t in self.rows], np.int64)

    @cached_property
    def origin_of(self) -> Ints:
        """Position in ORIGINS of every row; -1 for mailings."""
        return np.array([ORIGINS.index(t.origin) if t.origin else -1 for t in self.rows], np.int64)

    @cached_property
    def clicked(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        return np.array([t.clicked for t in self.rows])

    def ends(self, kind: int) -> Ints:
        """Cumulative weights of the origins on every day, for one kind of visit."""
        table = np.zeros((self.plan.days, len(ORIGINS)), np.int64)
        for i, origin in enumerate(ORIGINS):
            runs = np.array([d.month in origin.months for d in self.plan.dates])
            table[runs, i] = origin.weights[kind]
        return np.cumsum(table, axis=1)

    def row_of(self, origins: Ints, days: Ints) -> Ints:
        """The row that an origin has on a day: the former name's until it was renamed."""
        rows = np.array(self.first, np.int64)[origins]
        for origin, (former, day) in self.renamed.items():
            rows[(origins == origin) & (days < day)] = former
        return rows


def renamed_on(plan: Plan) -> int:
    """The day on which the renamed campaigns got their present names: two fifths into the history."""
    return plan.days * 2 // 5


def campaign_name(origin: Origin, plan: Plan) -> str | None:
    """year-month-label, of the first month of the plan in which the campaign runs."""
    if origin.label is None:
        return None
    months = next((o.months for o in ORIGINS if o.key == origin.namesake), origin.months)
    first = next((d for d in plan.dates if d.month in months), plan.start)
    return origin.label if origin.label == "undefined" else f"{first:%Y-%m}-{origin.label}"


def _newsletters(plan: Plan) -> list[Mailing]:
    days = [d for d in plan.dates if d.weekday() == 3 and (d.toordinal() // 7) % 2 == 0]
    return [
        Mailing(
            "mailchimp",
            i,
            f"{d:%Y-%m}-lettre-{d:%d}",
            SUBJECTS[i % len(SUBJECTS)],
            "regular",
            seconds(d, 8, 0),
            "list",
        )
        for i, d in enumerate(days)
    ]


def _monthly(plan: Plan, kind: str, base: int, label: str, subject: str, audience: str) -> list[Mailing]:
    """A mailing on the second Tuesday of every month; people that it may concern are found when it is
    sent."""
    days = [d for d in plan.dates if d.weekday() == 1 and 8 <= d.day <= 14]
    return [
        Mailing(
            "brevo", base * 100 + i, f"{d:%Y-%m}-{label}", subject, kind, seconds(d, 7, 30 + base), audience
        )
        for i, d in enumerate(days)
    ]
