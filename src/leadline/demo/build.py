"""One run of the generator: people block by block, then everything that platforms report in totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from leadline.demo import (
    ads,
    care,
    count,
    crm,
    crm_tables,
    ga4_rows,
    ga4_table,
    google_ads,
    identities,
    linkedin_ads,
    mail,
    mail_tables,
    meta_ads,
    naive,
    office,
    orders,
    people,
    rates,
    search,
    shop,
    social,
    truth,
    visits,
)
from leadline.demo.ledger import Ledger
from leadline.demo.piece import Piece
from leadline.demo.plan import Plan
from leadline.demo.sink import Sink
from leadline.demo.traffic import Traffics

Progress = Callable[[int, int, str], None]


def run(plan: Plan, sink: Sink, progress: Progress | None = None) -> dict[str, Any]:
    """Generate everything into the sink and return what is true of it (see `truth.document`)."""
    traffics = Traffics(plan)
    ledger = Ledger(plan)
    sums: Counter[str] = Counter()
    words = ga4_table.Words(plan, traffics)
    for block in range(plan.blocks):
        for source, table, data, days in pieces_of(plan, block, traffics, words, ledger):
            sink.write(source, table, data, days, block)
            naive.add(sums, source, table, data)
        if progress:
            progress(block + 1, plan.blocks + 1, "people")
    advertised = ads.make(plan, ledger)
    for source, table, data, days in _company(plan, traffics, ledger, advertised):
        sink.write(source, table, data, days, plan.blocks - 1)
        naive.add(sums, source, table, data)
    if progress:
        progress(plan.blocks + 1, plan.blocks + 1, "platforms")
    return truth.document(plan, ledger, traffics, advertised, sums, sink.rows)


def pieces_of(
    plan: Plan, block: int, traffics: Traffics, words: ga4_table.Words, ledger: Ledger
) -> Iterator[Piece]:
    """One block of people with everything that they do."""
    folk = people.make(plan, block)
    bought = orders.make(plan, block, folk)
    asked = visits.forms(plan, block, folk)
    readers = mail.shoppers(plan, block, folk, traffics, bought)
    firms = mail.firms(plan, block, traffics, asked)
    buyers = mail.customers(plan, block, folk, traffics, bought)
    reached = mail.reached_from(folk, readers, firms)
    came = visits.make(plan, block, folk, traffics, bought, asked, reached)
    events, walks = ga4_rows.make(plan, block, folk, traffics, came, bought)
    leads = crm.make(plan, block, folk, came, asked)
    cared = care.make(plan, block, folk, bought)
    letters = traffics.newsletters
    read = mail.sends(
        plan,
        block,
        "newsletters",
        readers,
        letters,
        mail.visits_by_mail(folk, came, readers, traffics.newsletter_row, len(letters)),
    )
    everything = count.Block(
        plan,
        traffics,
        folk,
        bought,
        came,
        events,
        walks,
        leads,
        cared,
        {"newsletter": readers, "firms": firms, "customers": buyers},
        asked,
    )
    count.all_of(ledger, everything)
    identities.note(ledger, everything)
    ledger.count("page_views_repeated", len(repeated_rows(events, came)))
    ids = ga4_table.session_ids(came, folk)[folk.consents[came.person]]
    ledger.count("distinct_session_ids", len(np.unique(ids)))
    mail.tally(ledger, "newsletters", letters, read)
    mail.claim_orders(ledger, traffics, readers, read, bought)
    _brevo_totals(plan, block, ledger, traffics, folk, came, firms, buyers)
    customer = shop.customer_ids(bought, folk)
    sent = events.take(np.sort(np.concatenate([np.arange(events.size), repeated_rows(events, came)])))
    batch = ga4_table.Batch(words, folk, came, bought, asked, customer, walks.engaged, sent)
    yield "ga4", "events", batch.table(), plan.day_of(sent.at)
    yield from shop.tables(plan, folk, traffics, came, bought)
    yield from crm_tables.tables(plan, folk, traffics, leads)
    yield from mail_tables.mailchimp(plan, folk, traffics, readers, read)
    yield mail_tables.brevo(plan, folk, firms, at_firm=True)
    yield mail_tables.brevo(plan, folk, buyers, at_firm=False)
    yield from care.tables(plan, folk, bought, cared)


def _brevo_totals(
    plan: Plan,
    block: int,
    ledger: Ledger,
    traffics: Traffics,
    folk: people.People,
    came: visits.Visits,
    firms: mail.Members,
    buyers: mail.Members,
) -> None:
    opened = mail.visits_by_mail(folk, came, firms, traffics.firm_row, len(traffics.firm_mails))
    written = mail.sends(plan, block, "firm_mails", firms, traffics.firm_mails, opened)
    mail.tally(ledger, "firm_mails", traffics.firm_mails, written)
    none = np.zeros(0, np.int64)
    followed = mail.sends(plan, block, "follow_ups", buyers, traffics.follow_ups, none)
    mail.tally(ledger, "follow_ups", traffics.follow_ups, followed)


def repeated_rows(events: ga4_rows.Events, came: visits.Visits) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The events whose row the export holds twice, alike in every column: page views, one visit in
    sixty-one."""
    twice = (events.name == ga4_rows.PAGE) & (came.person[events.visit] % 61 == 17)
    return np.flatnonzero(twice)


def _company(plan: Plan, traffics: Traffics, ledger: Ledger, days: ads.AdDays) -> Iterator[Piece]:
    """What does not grow with people: catalogues, platforms' totals, the office."""
    yield from shop.catalogue(plan)
    yield from crm_tables.pipeline(plan)
    yield from mail_tables.reports(plan, traffics, ledger)
    yield from google_ads.tables(plan, ledger, days)
    yield from meta_ads.tables(plan, days)
    yield from linkedin_ads.tables(plan, days)
    yield from search.tables(plan, ledger)
    yield from search.ranks(plan)
    yield from social.tables(plan)
    yield from rates.tables(plan)
    yield from office.tables(plan)
