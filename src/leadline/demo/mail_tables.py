"""Mailchimp's and Brevo's own tables, from what happened to every mailing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leadline.demo.company import BREVO_CUSTOMERS, BREVO_FIRMS, LIST_ID, LIST_NAME, SITE
from leadline.demo.draw import Ints
from leadline.demo.ledger import Ledger
from leadline.demo.mail import COUNTED, STATUS, UNSUBSCRIBED, Members, Sends
from leadline.demo.people import People, styled
from leadline.demo.piece import Piece, listing, piece
from leadline.demo.plan import DAY, Plan
from leadline.demo.schema import columns
from leadline.demo.traffic import Mailing, Traffics

DETAILED = 6  # the latest newsletters for which Mailchimp's list of recipients is exported
REASONS = ("NORMAL", "INAPPROPRIATE", "SPAM")


def mailchimp(
    plan: Plan, people: People, traffics: Traffics, members: Members, made: Sends
) -> Iterator[Piece]:
    """Mailchimp's tables of people and of what they did."""
    first, last = people.names
    ids = member_ids(people, members)
    latest = np.maximum(np.maximum(members.signed_at, members.opted_at), members.left_at)
    yield piece(
        "mailchimp",
        "member",
        members.size,
        {
            "id": ids,
            "list_id": LIST_ID,
            "email_address": styled(people.email, people.index, 5).take(members.person),
            "status": pa.array(STATUS).take(members.status),
            "merge_fname": first.take(members.person),
            "merge_lname": last.take(members.person),
            "timestamp_signup": members.signed_at,
            "timestamp_opt": members.opted_at,
            "last_changed": latest,
            "country_code": "FR",
            "language": "fr",
            "_fivetran_synced": plan.exported_at,
        },
    )
    mailings = pa.array([_campaign_id(m) for m in traffics.newsletters], pa.string())
    left = np.flatnonzero(members.status == UNSUBSCRIBED)
    yield piece(
        "mailchimp",
        "unsubscribe",
        len(left),
        {
            "campaign_id": mailings.take(members.left_with[left]),
            "member_id": ids.take(left),
            "list_id": LIST_ID,
            "reason": pa.array(REASONS).take(members.person[left] % 3),
            "timestamp": members.left_at[left],
            "_fivetran_synced": plan.exported_at,
        },
    )
    recent = np.flatnonzero(made.mailing >= len(mailings) - DETAILED)
    yield piece(
        "mailchimp",
        "campaign_recipient",
        len(recent),
        {
            "campaign_id": mailings.take(made.mailing[recent]),
            "member_id": ids.take(made.member[recent]),
            "list_id": LIST_ID,
            "_fivetran_synced": plan.exported_at,
        },
    )
    yield _activity(plan, traffics, members, made, ids, mailings)


def _activity(
    plan: Plan, traffics: Traffics, members: Members, made: Sends, ids: pa.Array, mailings: pa.Array
) -> Piece:
    sent = np.array([m.sent_at for m in traffics.newsletters], np.int64)
    kinds = [
        np.repeat(np.arange(len(n)), n) for n in (made.opens, made.clicks, (made.bounce > 0).astype(np.int64))
    ]
    which = np.concatenate(kinds)
    action = np.repeat(np.arange(3), [len(k) for k in kinds])
    nth = np.arange(len(which), dtype=np.int64)
    delay = (
        90 + (members.person[made.member[which]] * 7919 + made.mailing[which] * 104_729 + nth * 37) % 90_000
    )
    at = np.asarray(np.where(action == 2, 200, delay + 60 * action), np.int64)
    if len(sent):
        at += sent[made.mailing[which]]
    inside = np.flatnonzero(at < plan.midnights[-1])
    which, action, at = which[inside], action[inside], at[inside]
    order = np.lexsort((which, action, at))
    which, action, at = which[order], action[order], at[order]
    bounce = pa.array([None, "soft", "hard"]).take(np.where(action == 2, made.bounce[which], 0))
    data = columns(
        "mailchimp",
        "campaign_recipient_activity",
        len(which),
        {
            "action": pa.array(["open", "click", "bounce"]).take(action),
            "campaign_id": mailings.take(made.mailing[which]),
            "member_id": ids.take(made.member[which]),
            "timestamp": at,
            "list_id": LIST_ID,
            "bounce_type": bounce,
            "url": pc.if_else(pa.array(action == 1), pa.scalar(f"{SITE}/"), pa.scalar(None, pa.string())),
            "_fivetran_synced": plan.exported_at,
        },
    )
    return "mailchimp", "campaign_recipient_activity", data, plan.day_of(at)


def member_ids(people: People, members: Members) -> pa.Array:
    number = pa.array(people.index[members.person] + 1_000_000).cast(pa.string())
    return pc.binary_join_element_wise("m", number, "")


def brevo_ids(people: People, members: Members, *, at_firm: bool) -> pa.Array:
    base = 2_000_000_000 if at_firm else 6_000_000_000
    return pa.array(base + people.index[members.person]).cast(pa.string())


def brevo(plan: Plan, people: People, members: Members, *, at_firm: bool) -> Piece:
    """Brevo's contacts of one list."""
    first, last = people.names
    latest = np.maximum(members.opted_at, members.left_at)
    return piece(
        "brevo",
        "contact",
        members.size,
        {
            "id": brevo_ids(people, members, at_firm=at_firm),
            "email": styled(people.email, people.index, 6).take(members.person),
            "email_blacklisted": members.left_at >= 0,
            "created_at": members.opted_at,
            "modified_at": latest,
            "unsubscribed_at": members.left_at,
            "list_id": BREVO_FIRMS if at_firm else BREVO_CUSTOMERS,
            "attributes_firstname": first.take(members.person),
            "attributes_lastname": last.take(members.person),
            "_fivetran_synced": plan.exported_at,
        },
    )


def _campaign_id(mailing: Mailing) -> str:
    return f"c{mailing.number + 4001:08x}"


def reports(plan: Plan, traffics: Traffics, ledger: Ledger) -> Iterator[Piece]:
    """The campaigns of both tools with their totals, once all blocks are counted."""
    yield listing(
        "mailchimp",
        "list",
        [
            {
                "id": LIST_ID,
                "name": LIST_NAME,
                "date_created": int(plan.midnights[0]) - 30 * DAY,
                "_fivetran_synced": plan.exported_at,
            }
        ],
    )
    letters = traffics.newsletters
    yield listing(
        "mailchimp",
        "campaign",
        [
            {
                "id": _campaign_id(m),
                "list_id": LIST_ID,
                "title": m.name,
                "subject_line": m.subject,
                "type": m.kind,
                "status": "sent",
                "create_time": m.sent_at - 2 * DAY,
                "send_time": m.sent_at,
                "_fivetran_synced": plan.exported_at,
            }
            for m in letters
        ],
    )
    yield _campaign_reports(plan, traffics, ledger)
    rows = []
    for name, mailings in (("firm_mails", traffics.firm_mails), ("follow_ups", traffics.follow_ups)):
        table = ledger.facts.get(name, np.zeros((len(mailings), len(COUNTED)), np.int64))
        rows += [_brevo_row(plan, m, n) for m, n in zip(mailings, _named(table), strict=True)]
    rows.sort(key=lambda row: (row["sent_date"], row["id"]))
    yield listing("brevo", "email_campaign", rows)


def _campaign_reports(plan: Plan, traffics: Traffics, ledger: Ledger) -> Piece:
    letters = traffics.newsletters
    counts = ledger.facts.get("newsletters", np.zeros((len(letters), len(COUNTED)), np.int64))
    claims = ledger.facts.get("newsletter_claims", np.zeros((len(letters), 2), np.int64))
    return listing(
        "mailchimp",
        "campaign_report",
        [
            {
                "id": _campaign_id(m),
                "list_id": LIST_ID,
                "send_time": m.sent_at,
                "emails_sent": n["sent"],
                "bounces_hard_bounces": n["hard"],
                "bounces_soft_bounces": n["soft"],
                "opens_opens_total": n["opens"],
                "opens_unique_opens": n["unique_opens"],
                "clicks_clicks_total": n["clicks"],
                "clicks_unique_subscriber_clicks": n["unique_clicks"],
                "unsubscribed": n["unsubscribed"],
                "abuse_reports": n["complaints"],
                "ecommerce_total_orders": int(claims[i, 0]),
                "ecommerce_total_revenue": int(claims[i, 1]) / 100,
                "ecommerce_currency_code": "EUR",
                "_fivetran_synced": plan.exported_at,
            }
            for i, (m, n) in enumerate(zip(letters, _named(counts), strict=True))
        ],
    )


def _named(table: Ints) -> list[dict[str, int]]:
    return [dict(zip(COUNTED, map(int, row), strict=True)) for row in table]


def _brevo_row(plan: Plan, m: Mailing, n: dict[str, int]) -> dict[str, object]:
    return {
        "id": str(m.number),
        "name": m.name,
        "subject": m.subject,
        "type": m.kind,
        "status": "sent",
        "tag": m.audience,
        "created_at": m.sent_at - DAY,
        "sent_date": m.sent_at,
        "statistics_global_sent": n["sent"],
        "statistics_global_delivered": n["sent"] - n["hard"] - n["soft"],
        "statistics_global_hard_bounces": n["hard"],
        "statistics_global_soft_bounces": n["soft"],
        "statistics_global_viewed": n["opens"],
        "statistics_global_unique_views": n["unique_opens"],
        "statistics_global_clickers": n["clicks"],
        "statistics_global_unique_clicks": n["unique_clicks"],
        "statistics_global_unsubscriptions": n["unsubscribed"],
        "statistics_global_complaints": n["complaints"],
        "_fivetran_synced": plan.exported_at,
    }
