"""The UTM convention: what breaks it in the data, the nearest valid value, and links that keep to it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from leadline.check.received import relations, rows
from leadline.errors import LeadlineError, nearest
from leadline.measurement.model import Utm, UtmRule
from leadline.measurement.source import NOWHERE, Place
from leadline.write.conventions import TAGS, Days, utm_statement

# What people write for a value, where the convention lists that value.
_SYNONYMS: Final = {
    "cpc": "ppc paid paid_search paidsearch sea paid_social paidsocial ads ad cpm display banner retargeting",
    "email": "mail e-mail emailing newsletter courriel crm",
    "social": "social-media social_media socialmedia organic_social sm",
    "referral": "affiliate affiliates affiliation partner partners partenaire",
    "organic": "seo",
    "google": "adwords google-ads google_ads googleads gads",
    "facebook": "fb meta facebook.com m.facebook.com",
    "instagram": "ig insta instagram.com l.instagram.com",
    "linkedin": "li linkedin.com lnkd.in",
    "mailchimp": "mc mail-chimp",
    "brevo": "sendinblue sib",
    "youtube": "yt youtube.com",
}
# What a tag manager sends where a variable was empty: it resembles no value.
_EMPTY: Final = ("undefined", "null", "none", "(not set)", "nan")
_PROBLEMS: Final = {
    "missing": ("missing", "absent"),
    "upper case": ("has capitals", "contient des majuscules"),
    "not a listed value": ("is not one of the values", "n'est pas une des valeurs"),
    "not the pattern": ("does not follow the pattern", "ne suit pas le motif"),
}


@dataclass(frozen=True, slots=True)
class UtmBreach:
    """A value that breaks the convention, in one place where tags land.

    `spend` is in the reporting currency: that of the campaigns behind the visits, so that one campaign may be
    behind several breaches; None where no campaign is known.
    """

    parameter: str
    value: str | None
    problem: str
    landed_source: str
    sessions: int
    orders: int
    spend: Decimal | None
    first_day: dt.date
    last_day: dt.date
    nearest: str | None = None
    place: Place = NOWHERE

    def message(self, lang: str = "en") -> str:
        """What is wrong, in `en` or `fr`."""
        return " ".join(filter(None, (self.parameter, self.value, problem_text(self.problem, lang))))


def problem_text(problem: str, lang: str = "en") -> str:
    """A problem as people read it, in `en` or `fr`."""
    return _PROBLEMS[problem][lang == "fr"]


def utm_breaches(connection: Any, plan: Utm, days: Days) -> list[UtmBreach]:
    """What breaks the convention in those days, most sessions first. Raises WarehouseError."""
    tables = relations(connection, [TAGS])
    found = rows(connection, utm_statement(plan, days), tables)
    breaches = [_breach(plan, row) for row in found]
    return sorted(
        breaches,
        key=lambda b: (-b.sessions, -b.orders, -(b.spend or 0), b.parameter, b.value or "", b.landed_source),
    )


def _breach(plan: Utm, row: Mapping[str, Any]) -> UtmBreach:
    rule = plan.rule(row["parameter"])
    value = row["tag_value"]
    near = nearest_valid(plan, rule, value, row["first_day"]) if rule and value else None
    return UtmBreach(
        parameter=row["parameter"],
        value=value,
        problem=row["problem"],
        landed_source=row["landed_source"],
        sessions=int(row["sessions"]),
        orders=int(row["orders"]),
        spend=row["spend"],
        first_day=row["first_day"],
        last_day=row["last_day"],
        nearest=near,
        place=rule.place if rule else plan.place,
    )


def problem_of(plan: Utm, rule: UtmRule, value: str | None) -> str | None:
    """What is wrong with one value, in the words of `UtmBreach.problem`; None where nothing is."""
    if not value:
        return "missing" if rule.is_required else None
    if plan.is_lower_case and value != value.lower():
        return "upper case"
    if rule.values and value not in rule.values:
        return "not a listed value"
    if rule.pattern and not re.fullmatch(rule.pattern, value):
        return "not the pattern"
    return None


def nearest_valid(plan: Utm, rule: UtmRule, value: str, day: dt.date) -> str | None:
    """The valid value that was probably meant, None if none is near; `day` dates a campaign that has none."""
    if value.strip().lower() in _EMPTY:
        return None
    for candidate in _candidates(rule, value.strip(), day):
        if problem_of(plan, rule, candidate) is None:
            return candidate
    return None


def _candidates(rule: UtmRule, value: str, day: dt.date) -> Iterator[str]:
    lower = value.lower()
    slug = _slug(value)
    yield lower
    if rule.values:
        yield from (
            listed for listed, words in _SYNONYMS.items() if lower in words.split() and listed in rule.values
        )
        yield slug
        yield from nearest(lower, rule.values, count=1)
        return
    yield slug
    yield f"{day:%Y-%m}-{slug}" if rule.parameter == "utm_campaign" else f"{slug}-a"


def _slug(text: str) -> str:
    """`Retargeting – Noël 2` as `retargeting-noel-2`."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def build_url(plan: Utm, url: str, tags: Mapping[str, str | None], today: dt.date) -> str:
    """The address with those tags (`utm_source` and so on) after what its query holds already.

    Raises LeadlineError with everything that is wrong: an address that is not http(s), a tag that breaks the
    convention (and the nearest valid value), a required one that is missing, a tag that is there already.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or not _host(parts.netloc):
        raise LeadlineError("that is not a web address", where=url, fix="write it in full: https://host/path")
    query = parse_qsl(parts.query, keep_blank_values=True)
    wrong = [*_doubled(query), *_invalid(plan, tags, today)]
    if wrong:
        raise LeadlineError(
            "the link would break the UTM convention:\n" + "\n".join(f"  - {line}" for line in wrong),
            where=plan_place(plan),
            fix="correct these values, or change the convention in the plan",
        )
    given = [(name, value) for name, value in tags.items() if value]
    added = urlencode(given, quote_via=quote)
    kept = f"{parts.query}&" if parts.query else ""
    path = parts.path or "/"
    return urlunsplit((parts.scheme, parts.netloc, path, kept + added, parts.fragment))


def plan_place(plan: Utm) -> str:
    """Where the convention stands, for a message."""
    return f"the plan's convention, line {plan.place.line}" if plan.place.line else "the plan's convention"


def _host(netloc: str) -> bool:
    return bool(re.fullmatch(r"[^\s/?#<>\"]+", netloc))


def _doubled(query: Sequence[tuple[str, str]]) -> Iterator[str]:
    for name, value in query:
        if name.lower().startswith("utm_"):
            yield f"the address already has {name}={value}: take it out"


def _invalid(plan: Utm, tags: Mapping[str, str | None], today: dt.date) -> Iterator[str]:
    for rule in plan.rules:
        value = tags.get(rule.parameter)
        problem = problem_of(plan, rule, value)
        if problem == "missing":
            yield f"{rule.parameter} is missing: {_wanted(rule)}"
        elif problem and value:
            near = nearest_valid(plan, rule, value, today)
            hint = f"nearest: {near}" if near else _wanted(rule)
            yield f"{rule.parameter} {value!r} {problem_text(problem)}; {hint}"


def _wanted(rule: UtmRule) -> str:
    if rule.values:
        return f"one of {', '.join(rule.values)}"
    return f"for example {rule.example}" if rule.example else f"it has to match {rule.pattern}"
