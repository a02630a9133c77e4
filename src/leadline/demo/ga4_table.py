"""Events in the shape of GA4's BigQuery export."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leadline.demo import company, ga4_rows, schema
from leadline.demo import ga4_shapes as shapes
from leadline.demo.company import PRODUCTS, SITE
from leadline.demo.draw import Bools, Ints, mixed
from leadline.demo.ga4_rows import Events
from leadline.demo.orders import PRICES, Orders
from leadline.demo.people import People
from leadline.demo.plan import Plan
from leadline.demo.traffic import Traffics
from leadline.demo.visits import Forms, Visits

STREAM = "4410027715"
LEAD_VALUE = (120.0, 60.0, 25.0)
KEYS = (
    ("ga_session_id", "int_value"),
    ("ga_session_number", "int_value"),
    ("page_location", "string_value"),
    ("page_referrer", "string_value"),
    ("engagement_time_msec", "int_value"),
    ("session_engaged", "string_value"),
    ("form_name", "string_value"),
    ("form_id", "string_value"),
    ("lead_source", "string_value"),
    ("lead_value", "double_value"),
    ("value", "double_value"),
    ("currency", "string_value"),
    ("transaction_id", "string_value"),
    ("file_name", "string_value"),
)
KINDS = ("string_value", "int_value", "double_value")
Param = tuple[Bools, Any]  # which events carry it, and its value for every event (text: a word's number)


class Words:
    """All text that parameters can hold, whatever the block: addresses first, page by page and query by
    query."""

    def __init__(self, plan: Plan, traffics: Traffics) -> None:
        self.plan, self.traffics = plan, traffics
        self.dates = [d.strftime("%Y%m%d") for d in plan.dates]
        self.queries = sorted({t.query for t in traffics.rows} | {""})
        self.query_of = np.array([self.queries.index(t.query) for t in traffics.rows], np.int64)
        self.plain = self.queries.index("")
        self.all = [f"{SITE}{path}{query}" for path in company.PATHS for query in self.queries]
        referrers = sorted({t.referrer for t in traffics.rows if t.referrer})
        self.all += [*referrers, "0", "1", "EUR", company.GUIDE_FILE, "web"]
        self.all += [part for form in (*company.FORMS, company.NEWSLETTER_FORM) for part in form]
        self._numbers = {word: i for i, word in enumerate(self.all)}
        self.referrer_of = np.array(
            [self.of(t.referrer) if t.referrer else -1 for t in traffics.rows], np.int64
        )

    def of(self, word: str) -> int:
        return self._numbers[word]


@dataclass(frozen=True)
class Batch:
    """One block's events on their way into columns. `customer` is the shop's id of every person, or NULL."""

    words: Words
    people: People
    visits: Visits
    orders: Orders
    asked: Forms
    customer: pa.Array
    engaged: Bools  # per visit
    events: Events

    @cached_property
    def person(self) -> Ints:
        return self.visits.person[self.events.visit]

    @cached_property
    def consents(self) -> Bools:
        return self.people.consents[self.person]

    @cached_property
    def traffic(self) -> Ints:
        return self.visits.traffic[self.events.visit]

    @cached_property
    def is_purchase(self) -> Bools:
        return np.asarray(self.events.name == ga4_rows.PURCHASE)

    @cached_property
    def sold(self) -> Ints:
        """Positions of the purchases among the events."""
        return np.flatnonzero(self.is_purchase)

    @cached_property
    def order(self) -> Ints:
        """Order of every purchase."""
        return self.visits.order[self.events.visit[self.sold]]

    def table(self) -> pa.Table:
        e, size, rows = self.events, self.events.size, self.words.traffics.rows
        day = self.words.plan.day_of(e.at)
        touched = pa.array(self.people.seen_at[self.person] * 1_000_000, mask=~self.consents)
        made = {
            "event_date": shapes.texts(self.words.dates, day, np.ones(size, np.bool_)),
            "event_timestamp": pa.array(e.at * 1_000_000 + 1_000 * e.name + e.copy),
            "event_name": shapes.coded(ga4_rows.NAMES, e.name),
            "event_params": self.params(),
            "event_bundle_sequence_id": pa.array(e.visit * 7 % 9_973 + 1),
            "user_id": self.user_id(),
            "user_pseudo_id": self.pseudo_id(),
            "privacy_info": shapes.privacy(self.consents),
            "user_first_touch_timestamp": touched,
            "device": shapes.device(device_of(self.people, self.visits)[e.visit]),
            "geo": shapes.geo(self.people.index[self.person] * 7 % len(shapes.PLACES)),
            "traffic_source": shapes.first_source(
                rows, first_traffic(self.visits, self.people)[self.person], self.consents
            ),
            "stream_id": shapes.coded([STREAM], np.zeros(size, np.int64)),
            "platform": shapes.coded(["WEB"], np.zeros(size, np.int64)),
            "ecommerce": self.ecommerce(),
            "items": self.items(),
            "collected_traffic_source": shapes.collected(rows, self.traffic, e.landing, self.gclid()),
            "session_traffic_source_last_click": shapes.last_click(rows, self.traffic, self.consents),
            "is_active_user": pa.array(self.consents),
            "batch_event_index": pa.array(e.name + 1),
        }
        wanted = schema.schema("ga4", "events")
        return pa.table({f.name: made.get(f.name, pa.nulls(size, f.type)) for f in wanted})

    def pseudo_id(self) -> pa.Array:
        """The browser's id, with consent: the people's first browsers, then their second ones."""
        ids = pa.concat_arrays([self.people.pseudo_id(0), self.people.pseudo_id(1)])
        place = self.person + self.people.size * self.visits.device[self.events.visit]
        return ids.take(pa.array(place, mask=~self.consents))

    def user_id(self) -> pa.Array:
        """The shop's customer id: when the purchase is sent, and on later visits of those who stay logged
        in."""
        since = customer_since(self.orders, self.people.size)[self.person]
        later = (since >= 0) & (self.visits.start[self.events.visit] > since)
        stays = self.people.index[self.person] % 5 < 3
        known = self.consents & ((later & stays) | self.is_purchase)
        return self.customer.take(pa.array(self.person, mask=~known))

    def gclid(self) -> pa.Array:
        """Google's click id on the landing view of a visit from Google Ads."""
        e = self.events
        clicked = self.words.traffics.clicked[self.traffic] & e.landing
        number = mixed(self.people.index[self.person] * 64 + self.visits.rank[e.visit], 29)
        text = pa.array(number, mask=~clicked).cast(pa.string())
        return pc.binary_join_element_wise("Cj0KCQ", text, "")

    def value(self) -> Ints:
        """Every purchase's value in cents as the tag sends it: with tax and shipping; wrong where sent a
        third time."""
        paid = (self.orders.subtotal + self.orders.shipping)[self.order]
        return np.where(self.events.copy[self.sold] == 2, paid * 11 // 10, paid)

    def params(self) -> pa.ListArray:
        """event_params: for every event the list of the keys that it carries."""
        columns = self._session_params() | self._page_params() | self._form_params() | self._purchase_params()
        mask = np.stack([columns[key][0] for key, _ in KEYS], axis=1)
        flat = np.flatnonzero(mask.ravel())
        slot = flat % len(KEYS)
        values = {
            "string_value": np.zeros(len(flat), np.int64),
            "int_value": np.zeros(len(flat), np.int64),
            "double_value": np.zeros(len(flat), np.float64),
        }
        for i, (key, kind) in enumerate(KEYS):
            present, column = columns[key]
            values[kind][slot == i] = column[present]
        kinds = np.array([KINDS.index(k) for _, k in KEYS])[slot]
        text = pa.concat_arrays([pa.array(self.words.all), pa.array(self.orders.number).cast(pa.string())])
        fields = {
            # Not coded: each month's part would carry the whole list of words again.
            "string_value": text.take(pa.array(values["string_value"], mask=kinds != 0)),
            "int_value": pa.array(values["int_value"], mask=kinds != 1),
            "double_value": pa.array(values["double_value"], mask=kinds != 2),
        }
        arrays = [fields.get(f.name, pa.nulls(len(flat), f.type)) for f in schema.VALUE]
        value = pa.StructArray.from_arrays(arrays, names=[f.name for f in schema.VALUE])
        keys = shapes.coded([k for k, _ in KEYS], slot)
        return shapes.lists(
            mask.sum(axis=1), pa.StructArray.from_arrays([keys, value], names=["key", "value"])
        )

    def _session_params(self) -> dict[str, Param]:
        e, visits, words = self.events, self.visits, self.words
        opened = e.name == ga4_rows.START
        tells = opened | np.isin(e.name, (ga4_rows.PAGE, ga4_rows.ENGAGED))
        engaged = self.engaged[e.visit] & ~opened & ~e.landing
        ids = session_ids(visits, self.people)[e.visit]
        return {
            "ga_session_id": (self.consents, ids),
            "ga_session_number": (self.consents & opened, visits.rank[e.visit] + 1),
            "session_engaged": (self.consents & tells, np.where(engaged, words.of("1"), words.of("0"))),
            "engagement_time_msec": (self.consents & (e.engaged_msec > 0), e.engaged_msec),
        }

    def _page_params(self) -> dict[str, Param]:
        e, words = self.events, self.words
        carries = e.landing | (e.name == ga4_rows.START)
        query = np.where(carries, words.query_of[self.traffic], words.plain)
        referrer = words.referrer_of[self.traffic]
        downloads = e.name == ga4_rows.DOWNLOAD
        return {
            "page_location": (np.ones(e.size, np.bool_), e.page * len(words.queries) + query),
            "page_referrer": (e.landing & (referrer >= 0), referrer),
            "file_name": (downloads, np.full(e.size, words.of(company.GUIDE_FILE))),
        }

    def _form_params(self) -> dict[str, Param]:
        e, words = self.events, self.words
        sent = self.visits.form[e.visit]
        form = (
            np.where(sent >= 0, self.asked.form[sent], 0)
            if len(self.asked.form)
            else np.zeros(e.size, np.int64)
        )
        is_form, is_lead, signup = (e.name == n for n in (ga4_rows.FORM, ga4_rows.LEAD, ga4_rows.SIGNUP))
        lost = ga4_rows.without_form_id(words.plan, e, self.visits, self.asked)
        name = np.where(
            signup, words.of(company.NEWSLETTER_FORM[0]), words.of(company.FORMS[0][0]) + 2 * form
        )
        return {
            "form_name": (is_form | signup, name),
            "form_id": ((is_form & ~lost) | signup, name + 1),
            "lead_source": (is_lead, np.full(e.size, words.of("web"))),
            "lead_value": (is_lead, np.array(LEAD_VALUE)[form]),
        }

    def _purchase_params(self) -> dict[str, Param]:
        size, bought = self.events.size, self.is_purchase
        value, number, tagged = np.zeros(size), np.zeros(size, np.int64), np.zeros(size, np.bool_)
        value[self.sold] = self.value() / 100.0
        number[self.sold] = len(self.words.all) + self.order
        tagged[self.sold] = self.orders.tagged[self.order]
        return {
            "value": (bought, value),
            "currency": (bought, np.full(size, self.words.of("EUR"))),
            "transaction_id": (tagged, number),
        }

    def ecommerce(self) -> pa.StructArray:
        """The purchase's totals; NULL on other events."""
        o, order = self.orders, self.order
        lines = np.bincount(o.line_order, minlength=o.size).astype(np.int64)
        numbers = pa.array(o.number[order], mask=~o.tagged[order]).cast(pa.string())
        fields = {
            "total_item_quantity": pa.array(o.units[order]),
            "purchase_revenue": pa.array(self.value() / 100.0),
            "shipping_value": pa.array(o.shipping[order] / 100.0),
            "tax_value": pa.array(o.tax[order] / 100.0),
            "unique_items": pa.array(lines[order]),
            "transaction_id": numbers,
        }
        sold = shapes.struct("ecommerce", len(order), fields)
        place = np.cumsum(self.is_purchase) - 1
        return sold.take(pa.array(place, mask=~self.is_purchase))

    def items(self) -> pa.ListArray:
        """One item on product events, the order's lines on purchases."""
        e, o = self.events, self.orders
        counts = (e.product >= 0).astype(np.int64)
        counts[self.sold] = np.bincount(o.line_order, minlength=o.size)[self.order]
        owner = np.repeat(np.arange(e.size), counts)
        nth = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        of_order = self.is_purchase[owner]
        line = np.zeros(len(owner), np.int64)
        line[of_order] = o.first_line[self.visits.order[e.visit[owner[of_order]]]] + nth[of_order]
        product, quantity = e.product[owner], np.ones(len(owner), np.int64)
        product[of_order], quantity[of_order] = o.product[line[of_order]], o.quantity[line[of_order]]
        revenue = np.zeros(len(owner))
        revenue[of_order] = o.line_value[line[of_order]] / 100.0
        fields = {
            "item_id": shapes.coded([p.id for p in PRODUCTS], product),
            "item_name": shapes.coded([p.title for p in PRODUCTS], product),
            "item_category": shapes.coded([p.kind for p in PRODUCTS], product),
            "price": pa.array(PRICES[product] / 100.0),
            "quantity": pa.array(quantity),
            "item_revenue": pa.array(revenue, mask=~of_order),
        }
        arrays = [fields.get(f.name, pa.nulls(len(owner), f.type)) for f in schema.ITEM]
        return shapes.lists(counts, pa.StructArray.from_arrays(arrays, names=[f.name for f in schema.ITEM]))


def device_of(people: People, visits: Visits) -> Ints:
    """The kind of device of every visit, by its number in DEVICES."""
    index = people.index[visits.person]
    one = np.array(shapes.FIRST_DEVICE, np.int64)[index % len(shapes.FIRST_DEVICE)]
    two = np.array(shapes.SECOND_DEVICE, np.int64)[index % len(shapes.SECOND_DEVICE)]
    return np.where(visits.device == 1, two, one)


def first_traffic(visits: Visits, people: People) -> Ints:
    """Traffic row of every person's first visit (0 for people without one)."""
    answer = np.zeros(people.size, np.int64)
    order = np.lexsort((-visits.start, visits.person))
    answer[visits.person[order]] = visits.traffic[order]
    return answer


def customer_since(orders: Orders, people: int) -> Ints:
    """When every person's customer account was opened: twenty seconds before the first order; NEVER."""
    answer = np.full(people, schema.NEVER, np.int64)
    latest_first = np.argsort(-orders.at, kind="stable")
    answer[orders.person[latest_first]] = orders.at[latest_first] - 20
    return answer


def session_ids(visits: Visits, people: People) -> Ints:
    """ga_session_id of every visit: its start in seconds, which is unique for one browser and no further.

    Some first visits have the id of a visit of another person.
    """
    ids = visits.start.copy()
    if visits.size < 2:
        return ids
    again = (visits.person[1:] == visits.person[:-1]) & (visits.device[1:] == visits.device[:-1])
    clash = np.flatnonzero(again & (ids[1:] == ids[:-1])) + 1
    ids[clash] += 1
    consents = people.consents[visits.person]
    strangers = consents[1:] & consents[:-1] & (visits.person[1:] != visits.person[:-1])
    chosen = (
        np.flatnonzero(strangers & (visits.rank[1:] == 0) & (people.index[visits.person[1:]] % 17 == 5)) + 1
    )
    ids[chosen] = ids[chosen - 1]
    return ids
