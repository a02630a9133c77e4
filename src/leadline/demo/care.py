"""After the order: surveys, tickets, reviews; and customers who become affiliates or partners."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leadline.demo.company import PRODUCTS
from leadline.demo.draw import Bools, Ints
from leadline.demo.orders import Orders
from leadline.demo.people import People, styled
from leadline.demo.piece import Piece, piece
from leadline.demo.plan import DAY, Plan
from leadline.demo.schema import NEVER
from leadline.demo.shop import order_names

TEN_POINT_SHARE = 3  # of the history, in fifths: afterwards satisfaction is asked on ten points, not on five
TITLES = ("Très bon thé", "Bien, sans plus", "Déçu par la livraison", "Parfait pour offrir")
TOPICS = ("livraison", "produit", "remboursement", "facture")


@dataclass(frozen=True)
class Care:
    """What the customers of a block said. `order` is a position in Orders; moments are UTC."""

    nps_order: Ints
    nps_score: Ints
    nps_at: Ints
    csat_order: Ints
    csat_score: Ints
    csat_max: Ints
    csat_at: Ints
    ticket_order: Ints
    ticket_at: Ints
    solved_at: Ints
    review_order: Ints
    review_at: Ints
    rating: Ints
    hidden: Bools
    partner: Ints  # position of the person
    is_affiliate: Bools
    joined_at: Ints
    left_at: Ints


def make(plan: Plan, block: int, people: People, o: Orders) -> Care:
    draw = plan.draw("care", block)
    valid = np.flatnonzero(o.valid)
    ended = plan.midnights[-1]

    def some(chance: int, days: int) -> tuple[Ints, Ints]:
        which = valid[draw.chance(chance, len(valid))]
        at = o.at[which] + days * DAY + draw.below(3 * DAY, len(which))
        return which[at < ended], at[at < ended]

    nps, nps_at = some(340, 8)
    tickets, ticket_at = some(120, 2)
    solved = ticket_at + 3600 + draw.below(4 * DAY, len(tickets))
    csat, csat_at = some(260, 4)
    changed = plan.midnights[plan.days * TEN_POINT_SHARE // 5]
    highest = np.where(csat_at < changed, 5, 10)
    reviews, review_at = some(190, 12)
    mood = np.array((10, 10, 10, 9, 9, 9, 9, 8, 8, 7, 6, 4, 2, 0), np.int64)
    csat_mood = np.array((10, 10, 10, 8, 8, 9, 7, 6, 6, 4, 3, 1), np.int64)[draw.below(12, len(csat))]
    partner = np.unique(o.person[valid][people.index[o.person[valid]] % 17 == 3])
    joined = plan.midnights[0] + (people.index[partner] * 5_003_027 + 3 * DAY) % max(
        1, ended - plan.midnights[0]
    )
    left = np.where(people.index[partner] % 3 == 1, joined + 97 * DAY, NEVER)
    return Care(
        nps,
        mood[draw.below(len(mood), len(nps))],
        nps_at,
        csat,
        np.where(highest == 5, np.maximum(1, (csat_mood + 1) // 2), csat_mood),
        highest,
        csat_at,
        tickets,
        ticket_at,
        np.where(solved < ended, solved, NEVER),
        reviews,
        review_at,
        np.array((5, 5, 5, 4, 4, 3, 2, 1), np.int64)[draw.below(8, len(reviews))],
        draw.chance(60, len(reviews)),
        partner,
        people.index[partner] % 4 != 1,
        joined,
        np.where(left < ended, left, NEVER),
    )


def tables(plan: Plan, people: People, o: Orders, c: Care) -> Iterator[Piece]:
    """The rows of one block."""
    names = order_names(o)
    email = styled(people.email, people.index, 8)
    numbers = o.number
    yield _answers(plan, o, c, names, email)
    closed = c.solved_at >= 0
    yield piece(
        "support",
        "ticket",
        len(c.ticket_order),
        {
            "id": pa.array(30_000 + numbers[c.ticket_order]).cast(pa.string()),
            "created_at": c.ticket_at,
            "solved_at": c.solved_at,
            "requester_email": email.take(o.person[c.ticket_order]),
            "channel": pa.array(["email", "chat", "phone"]).take(numbers[c.ticket_order] % 3),
            "status": pa.array(["open", "solved"]).take(closed.astype(np.int64)),
            "topic": pa.array(TOPICS).take(numbers[c.ticket_order] % 4),
            "order_name": names.take(c.ticket_order),
            "_fivetran_synced": plan.exported_at,
        },
    )
    yield _reviews(plan, o, c, names, email)
    yield _partners(plan, people, c)


def _answers(plan: Plan, o: Orders, c: Care, names: pa.Array, email: pa.Array) -> Piece:
    """Recommendation on 0 to 10; satisfaction on 1 to 5, later on 1 to 10."""
    order = np.concatenate([c.nps_order, c.csat_order])
    asks_nps = np.arange(len(order)) < len(c.nps_order)
    highest = np.concatenate([np.full(len(c.nps_order), 10), c.csat_max])
    lowest = np.where(asks_nps, 0, 1)
    kind = np.where(asks_nps, 0, np.where(highest == 5, 1, 2))
    number = pa.array(o.number[order]).cast(pa.string())
    score = np.concatenate([c.nps_score, c.csat_score])
    return piece(
        "surveys",
        "response",
        len(order),
        {
            "id": pc.binary_join_element_wise(pa.array(["n", "s", "s"]).take(kind), number, ""),
            "survey_id": pa.array(["nps", "satisfaction-5", "satisfaction-10"]).take(kind),
            "survey_type": pa.array(["nps", "csat", "csat"]).take(kind),
            "scale_min": lowest,
            "scale_max": highest,
            "score": np.maximum(score, lowest),
            "email": email.take(o.person[order]),
            "order_name": names.take(order),
            "submitted_at": np.concatenate([c.nps_at, c.csat_at]),
            "_fivetran_synced": plan.exported_at,
        },
    )


def _reviews(plan: Plan, o: Orders, c: Care, names: pa.Array, email: pa.Array) -> Piece:
    which = c.review_order
    product = o.first_product[which]
    return piece(
        "reviews",
        "review",
        len(which),
        {
            "id": pa.array(80_000 + o.number[which]).cast(pa.string()),
            "created_at": c.review_at,
            "product_id": pa.array([p.id for p in PRODUCTS]).take(product),
            "order_name": names.take(which),
            "email": email.take(o.person[which]),
            "rating": c.rating,
            "title": pa.array(TITLES).take(
                np.select([c.rating >= 5, c.rating == 4], [0, 3], np.where(c.rating == 3, 1, 2))
            ),
            "status": pa.array(["published", "hidden"]).take(c.hidden.astype(np.int64)),
            "_fivetran_synced": plan.exported_at,
        },
    )


def _partners(plan: Plan, people: People, c: Care) -> Piece:
    first, last = people.names
    who = c.partner
    gone = c.left_at >= 0
    return piece(
        "partners",
        "partner",
        len(who),
        {
            "id": pa.array(500 + people.index[who]).cast(pa.string()),
            "name": pc.binary_join_element_wise(first.take(who), last.take(who), " "),
            "partner_type": pa.array(["partner", "affiliate"]).take(c.is_affiliate.astype(np.int64)),
            "email": styled(people.email, people.index, 9).take(who),
            "joined_at": c.joined_at,
            "left_at": c.left_at,
            "status": pa.array(["active", "left"]).take(gone.astype(np.int64)),
            "_fivetran_synced": plan.exported_at,
        },
    )
