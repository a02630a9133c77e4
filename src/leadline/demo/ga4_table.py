"""Events in the shape of GA4's BigQuery export."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leadline.demo import company, ga4_rows, schema
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
DEVICES = (
    ("mobile", "iOS", "Safari"),
    ("mobile", "Android", "Chrome"),
    ("desktop", "Windows", "Chrome"),
    ("desktop", "Windows", "Edge"),
    ("desktop", "Macintosh", "Safari"),
    ("tablet", "iOS", "Safari"),
)
FIRST_DEVICE, SECOND_DEVICE = (0, 0, 0, 1, 1, 1, 2, 2, 4, 5), (2, 2, 3, 4)
PLACES = (
    ("France", "Paris"),
    ("France", "Lyon"),
    ("France", "Marseille"),
    ("France", "Bordeaux"),
    ("France", "Nantes"),
    ("France", "(not set)"),
    ("France", "<Other>"),
    ("Belgium", "Brussels"),
    ("Switzerland", "Geneva"),
)
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


class Tables:
    """Turns the events of any block into rows; holds what is the same for all blocks."""

    def __init__(self, plan: Plan, traffics: Traffics) -> None:
        self.plan = plan
        self.traffics = traffics
        self.dates = pa.array([d.strftime("%Y%m%d") for d in plan.dates])
        self.queries = sorted({t.query for t in traffics.rows} | {""})
        self.query_of = np.array([self.queries.index(t.query) for t in traffics.rows], np.int64)
        self.plain = self.queries.index("")
        addresses = [f"{SITE}{path}{query}" for path in company.PATHS for query in self.queries]
        self.referrers = sorted({t.referrer for t in traffics.rows if t.referrer})
        self.referrer_of = np.array(
            [self.referrers.index(t.referrer) if t.referrer else -1 for t in traffics.rows], np.int64
        )
        self.words: list[str] = [*addresses, *self.referrers, "0", "1", "EUR", company.GUIDE_FILE, "web"]
        self.words += [part for form in company.FORMS for part in form]
        self.words += list(company.NEWSLETTER_FORM)

    def word(self, text: str) -> int:
        return self.words.index(text)

    def table(
        self, people: People, visits: Visits, orders: Orders, asked: Forms, customer: pa.Array, engaged: Bools,
        events: Events,
    ) -> pa.Table:  # fmt: skip
        """The rows of one block. `customer` is the shop's customer id of every person, NULL if there is none."""
        return _Builder(self, people, visits, orders, asked, customer, engaged, events).table()


class _Builder:
    """One block's events on their way into columns."""

    def __init__(
        self, shared: Tables, people: People, visits: Visits, orders: Orders, asked: Forms, customer: pa.Array,
        engaged: Bools, events: Events,
    ) -> None:  # fmt: skip
        self.shared, self.people, self.visits, self.orders = shared, people, visits, orders
        self.asked, self.customer, self.engaged, self.events = asked, customer, engaged, events
        self.person = visits.person[events.visit]
        self.consents: Bools = people.consents[self.person]
        self.traffic = visits.traffic[events.visit]
        self.order = visits.order[events.visit]
        self.session = session_ids(visits, people)[events.visit]
        self.is_purchase = events.name == ga4_rows.PURCHASE

    def table(self) -> pa.Table:
        events, plan = self.events, self.shared.plan
        day = plan.day_of(events.at)
        sequence = np.arange(events.size, dtype=np.int64)
        source = self.traffic_structs()
        first = first_traffic(self.visits, self.people)[self.person]
        values: dict[str, Any] = {
            "event_date": self.shared.dates.take(day),
            "event_timestamp": events.at * 1_000_000 + 1_000 * events.name + events.copy,
            "event_name": pa.array(ga4_rows.NAMES).take(events.name),
            "event_params": self.params(),
            "event_bundle_sequence_id": sequence % 9_973 + 1,
            "user_id": self.user_id(),
            "user_pseudo_id": _only(self.pseudo_id(), self.consents),
            "privacy_info": _structs("privacy_info", PRIVACY).take(self.consents.astype(np.int64)),
            "user_first_touch_timestamp": pa.array(
                (self.people.seen_at[self.person]) * 1_000_000, mask=~self.consents
            ),
            "device": _structs("device", _devices()).take(device_of(self.people, self.visits)[events.visit]),
            "geo": _structs("geo", _places()).take(self.people.index[self.person] * 7 % len(PLACES)),
            "traffic_source": source["traffic_source"].take(pa.array(first, mask=~self.consents)),
            "stream_id": STREAM,
            "platform": "WEB",
            "ecommerce": self.ecommerce(),
            "items": self.items(),
            "collected_traffic_source": self.collected(),
            "session_traffic_source_last_click": source["session"].take(
                pa.array(self.traffic, mask=~self.consents)
            ),
            "is_active_user": self.consents,
            "batch_event_index": events.name + 1,
        }
        return schema.columns("ga4", "events", events.size, values)

    def pseudo_id(self) -> pa.Array:
        second = self.visits.device[self.events.visit] == 1
        one, two = self.people.pseudo_id(0), self.people.pseudo_id(1)
        return pc.if_else(pa.array(second), two.take(self.person), one.take(self.person))

    def user_id(self) -> pa.Array:
        """The shop's customer id: when the purchase is sent, and on later visits of those who stay logged in."""
        since = customer_since(self.orders, self.people.size)[self.person]
        later = (since >= 0) & (self.visits.start[self.events.visit] > since)
        stays = self.people.index[self.person] % 5 < 3
        return _only(self.customer.take(self.person), self.consents & ((later & stays) | self.is_purchase))

    def value(self) -> Ints:
        """The purchase's value in cents as the tag sends it: with tax and shipping; wrong where sent a third time."""
        paid = (self.orders.subtotal + self.orders.shipping)[self.order] if self.orders.size else self.order
        return np.where(self.events.copy == 2, paid * 11 // 10, paid)

    def transaction(self) -> tuple[pa.Array, Bools]:
        """Transaction id of every event, and where one is sent: not for purchases whose tag lost it."""
        number = self.orders.number[self.order] if self.orders.size else self.order
        tagged = self.orders.tagged[self.order] if self.orders.size else self.is_purchase
        return pa.array(number).cast(pa.string()), self.is_purchase & tagged

    def params(self) -> pa.Array:
        """event_params: for every event the list of the keys that it carries."""
        columns = self.param_columns()
        mask = np.stack([columns[key][0] for key, _ in KEYS], axis=1)
        flat = np.flatnonzero(mask.ravel())
        slot = flat % len(KEYS)
        size = len(flat)
        words = np.zeros(size, np.int64)
        whole, decimal = np.zeros(size, np.int64), np.zeros(size, np.float64)
        for i, (key, kind) in enumerate(KEYS):
            target = {"string_value": words, "int_value": whole, "double_value": decimal}[kind]
            present, values = columns[key]
            target[slot == i] = values[present]
        kinds = np.array([("string_value", "int_value", "double_value").index(k) for _, k in KEYS])[slot]
        text = pa.concat_arrays([pa.array(self.shared.words), pa.array(self.orders.number).cast(pa.string())])
        value = pa.StructArray.from_arrays(
            [
                text.take(pa.array(words, mask=kinds != 0)),
                pa.array(whole, mask=kinds != 1),
                pa.nulls(size, pa.float64()),
                pa.array(decimal, mask=kinds != 2),
            ],
            fields=list(schema.VALUE),
        )
        keys = pa.array([k for k, _ in KEYS]).take(slot)
        entries = pa.StructArray.from_arrays([keys, value], fields=list(schema.PARAM))
        return _lists(mask.sum(axis=1), entries)

    def param_columns(self) -> dict[str, tuple[Bools, Any]]:
        """For every key: which events carry it, and its value for every event (a word's number if it is text)."""
        e, shared, visits = self.events, self.shared, self.visits
        none, yes = np.zeros(e.size, np.bool_), np.ones(e.size, np.bool_)
        fill = np.zeros(e.size, np.int64)
        query = np.where(e.landing | (e.name == ga4_rows.START), shared.query_of[self.traffic], shared.plain)
        referrer = shared.referrer_of[self.traffic]
        form = self.asked.form[visits.form[e.visit]] if len(self.asked.form) else fill
        is_form, is_lead = e.name == ga4_rows.FORM, e.name == ga4_rows.LEAD
        signup = e.name == ga4_rows.SIGNUP
        # The site's new footer, two months before the end, lost the form's id.
        kept_id = is_form & ~((form == 2) & (e.at >= shared.plan.midnights[max(0, shared.plan.days - 61)]))
        first_form = shared.word(company.FORMS[0][0])
        sent = np.where(signup, shared.word(company.NEWSLETTER_FORM[0]), first_form + 2 * form)
        opened = e.name == ga4_rows.START
        counted = opened | np.isin(e.name, (ga4_rows.PAGE, ga4_rows.ENGAGED))
        engaged = self.engaged[e.visit] & ~opened & ~e.landing
        transaction = len(shared.words) + self.order
        return {
            "ga_session_id": (self.consents, self.session),
            "ga_session_number": (self.consents & opened, visits.rank[e.visit] + 1),
            "page_location": (yes, e.page * len(shared.queries) + query),
            "page_referrer": (e.landing & (referrer >= 0), shared.word(shared.referrers[0]) + referrer),
            "engagement_time_msec": (self.consents & (e.engaged_msec > 0), e.engaged_msec),
            "session_engaged": (self.consents & counted, shared.word("0") + engaged.astype(np.int64)),
            "form_name": (is_form | signup, sent),
            "form_id": (kept_id | signup, sent + 1),
            "lead_source": (is_lead, fill + shared.word("web")),
            "lead_value": (is_lead, np.array(LEAD_VALUE)[form]),
            "value": (self.is_purchase, self.value() / 100.0),
            "currency": (self.is_purchase, fill + shared.word("EUR")),
            "transaction_id": (self.transaction()[1], transaction),
            "file_name": (e.name == ga4_rows.DOWNLOAD, fill + shared.word(company.GUIDE_FILE)),
        } | ({} if e.size else {"ga_session_id": (none, fill)})

    def ecommerce(self) -> pa.Array:
        """The purchase's totals; NULL on other events."""
        text, present = self.transaction()
        o, n = self.orders, self.events.size
        cents = {"shipping": o.shipping, "tax": o.tax}
        per_event = {k: (v[self.order] / 100.0 if o.size else np.zeros(n)) for k, v in cents.items()}
        units = o.units[self.order] if o.size else np.zeros(n, np.int64)
        lines = np.bincount(o.line_order, minlength=o.size)[self.order] if o.size else units
        return pa.StructArray.from_arrays(
            [
                pa.array(units),
                pa.array(self.value() / 100.0),
                pa.nulls(n, pa.float64()),
                pa.array(per_event["shipping"]),
                pa.array(per_event["tax"]),
                pa.array(lines.astype(np.int64)),
                _only(text, present),
            ],
            fields=list(schema.NESTED["ecommerce"]),
            mask=pa.array(~self.is_purchase),
        )

    def items(self) -> pa.Array:
        """One item on product events, the order's lines on purchases."""
        e, o = self.events, self.orders
        one = e.product >= 0
        bought = (
            np.bincount(o.line_order, minlength=o.size)[self.order] if o.size else np.zeros(e.size, np.int64)
        )
        counts = np.where(one, 1, np.where(self.is_purchase, bought, 0))
        owner = np.repeat(np.arange(e.size), counts)
        nth = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        sold = self.is_purchase[owner]
        line = np.where(sold, o.first_line[self.order[owner]] + nth, 0) if o.size else nth * 0
        product = np.where(sold, o.product[line], e.product[owner]) if o.size else e.product[owner]
        quantity = np.where(sold, o.quantity[line], 1) if o.size else np.ones(len(owner), np.int64)
        revenue = o.line_value[line] / 100.0 if o.size else np.zeros(len(owner))
        entries = pa.StructArray.from_arrays(
            [
                pa.array([p.id for p in PRODUCTS]).take(product),
                pa.array([p.title for p in PRODUCTS]).take(product),
                pa.nulls(len(owner), pa.string()),
                pa.array([p.kind for p in PRODUCTS]).take(product),
                pa.array(PRICES[product] / 100.0),
                pa.array(quantity),
                pa.array(revenue, mask=~sold),
                pa.nulls(len(owner), pa.string()),
            ],
            fields=list(schema.ITEM),
        )
        return _lists(counts, entries)

    def collected(self) -> pa.Array:
        """What the landing address carried: UTM parameters, or Google's click id, which says nothing else."""
        rows = self.shared.traffics.rows
        carries = self.events.landing
        clicked = self.shared.traffics.clicked[self.traffic]
        text = {
            "manual_campaign_name": [t.campaign if t.is_tagged else None for t in rows],
            "manual_source": [t.source if _manual(t.is_tagged, t.medium) else None for t in rows],
            "manual_medium": [t.medium if _manual(t.is_tagged, t.medium) else None for t in rows],
            "manual_content": [t.content if t.is_tagged else None for t in rows],
        }
        arrays = {k: pa.array(v, pa.string()).take(self.traffic) for k, v in text.items()}
        number = mixed(self.people.index[self.person] * 64 + self.visits.rank[self.events.visit], 29)
        gclid = pc.binary_join_element_wise("Cj0KCQ", pa.array(number).cast(pa.string()), "")
        arrays["gclid"] = _only(gclid, clicked)
        kind = schema.NESTED["collected_traffic_source"]
        missing = pa.nulls(self.events.size, pa.string())
        silent = np.array([not _manual(t.is_tagged, t.medium) for t in rows])[self.traffic] & ~clicked
        return pa.StructArray.from_arrays(
            [arrays.get(f.name, missing) for f in kind], fields=list(kind), mask=pa.array(~carries | silent)
        )

    def traffic_structs(self) -> dict[str, pa.Array]:
        rows = self.shared.traffics.rows
        first = [{"name": t.campaign, "medium": t.medium, "source": t.source} for t in rows]
        return {
            "traffic_source": pa.array(first, schema.NESTED["traffic_source"]),
            "session": pa.array(
                [_last_click(t) for t in rows], schema.NESTED["session_traffic_source_last_click"]
            ),
        }


def _manual(tagged: bool, medium: str) -> bool:
    return tagged or medium in ("organic", "referral")


def _last_click(traffic: Any) -> dict[str, Any]:
    origin = traffic.origin
    answer: dict[str, Any] = {
        "cross_channel_campaign": {
            "campaign_name": traffic.campaign,
            "source": traffic.source,
            "medium": traffic.medium,
            "default_channel_group": traffic.channel,
        }
    }
    if traffic.clicked and not traffic.is_tagged:
        answer["google_ads_campaign"] = {
            "customer_id": origin.account.id,
            "campaign_id": origin.campaign_id,
            "campaign_name": traffic.campaign,
        }
    elif traffic.is_tagged:
        answer["manual_campaign"] = {
            "campaign_name": traffic.campaign,
            "source": traffic.source,
            "medium": traffic.medium,
            "content": traffic.content,
        }
    return answer


PRIVACY = ({"analytics_storage": "No"}, {"analytics_storage": "Yes"})


def _devices() -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "category": category,
            "operating_system": system,
            "browser": browser,
        }
        for category, system, browser in DEVICES
    )


def _places() -> tuple[dict[str, str], ...]:
    return tuple({"country": country, "city": city} for country, city in PLACES)


def _structs(column: str, rows: tuple[dict[str, Any], ...]) -> pa.Array:
    return pa.array(list(rows), schema.NESTED[column])


def _only(values: pa.Array, present: Bools) -> pa.Array:
    return pc.if_else(pa.array(present), values, pa.scalar(None, values.type))


def _lists(counts: Ints, entries: pa.Array) -> pa.Array:
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), entries)


def device_of(people: People, visits: Visits) -> Ints:
    """The kind of device of every visit, by its number in DEVICES."""
    index = people.index[visits.person]
    one = np.array(FIRST_DEVICE, np.int64)[index % len(FIRST_DEVICE)]
    two = np.array(SECOND_DEVICE, np.int64)[index % len(SECOND_DEVICE)]
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
    """ga_session_id of every visit: its start in seconds, which is unique for one device and no further.

    Every fifty-first visit has the id of a visit of another person.
    """
    ids = visits.start.copy()
    if visits.size < 2:
        return ids
    again = (visits.person[1:] == visits.person[:-1]) & (visits.device[1:] == visits.device[:-1])
    clash = np.flatnonzero(again & (ids[1:] == ids[:-1])) + 1
    ids[clash] += 1
    consents = people.consents[visits.person]
    shared = ~again & consents[1:] & consents[:-1] & (visits.person[1:] != visits.person[:-1])
    alone = visits.rank[1:] == 0
    chosen = np.flatnonzero(shared & alone & (people.index[visits.person[1:]] % 17 == 5)) + 1
    ids[chosen] = ids[chosen - 1]
    return ids
