"""GA4's nested columns, from whole numbers that say which of a few values each event has.

Text that repeats is kept as positions in a short list of words (Arrow's dictionary encoding), which Parquet
stores as such: it is what makes hundreds of millions of events affordable.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from leadline.demo import schema
from leadline.demo.draw import Bools, Ints
from leadline.demo.traffic import Traffic

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
CONSENT = ("No", "Yes")


def coded(words: Sequence[str | None], places: Ints, present: Bools | None = None) -> pa.DictionaryArray:
    """Text as positions in a list of words; None, and what is not present, is NULL."""
    kept = [w for w in dict.fromkeys(words) if w is not None]
    code = np.array([-1 if w is None else kept.index(w) for w in words], np.int32)
    codes = code[places] if len(words) else np.full(len(places), -1, np.int32)
    missing = codes < 0 if present is None else (codes < 0) | ~present
    indices = pa.array(np.where(missing, 0, codes).astype(np.int32), mask=missing)
    return pa.DictionaryArray.from_arrays(indices, pa.array(kept or [""], pa.string()))


def texts(words: Sequence[str], places: Ints, present: Bools) -> pa.DictionaryArray:
    """The same for a list that is long, and known to hold each word once."""
    indices = pa.array(np.where(present, places, 0).astype(np.int32), mask=~present)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words or [""], pa.string()))


def struct(
    column: str, size: int, fields: dict[str, pa.Array], present: Bools | None = None
) -> pa.StructArray:
    """A nested column from the fields that have values; the others are NULL."""
    return _struct(schema.NESTED[column], size, fields, present)


def _struct(
    kind: pa.DataType, size: int, fields: dict[str, pa.Array], present: Bools | None
) -> pa.StructArray:
    arrays = [fields.get(f.name, pa.nulls(size, f.type)) for f in kind]
    names = [pa.field(f.name, a.type) for f, a in zip(kind, arrays, strict=True)]
    return pa.StructArray.from_arrays(
        arrays, fields=names, mask=None if present is None else pa.array(~present)
    )


def lists(counts: Ints, entries: pa.Array) -> pa.ListArray:
    """A column of lists, from the length of each and all entries in a row."""
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), entries)


def privacy(consents: Bools) -> pa.StructArray:
    answer = coded(CONSENT, consents.astype(np.int64))
    return struct("privacy_info", len(consents), {"analytics_storage": answer})


def device(which: Ints) -> pa.StructArray:
    names = ("category", "operating_system", "browser")
    fields = {name: coded([d[i] for d in DEVICES], which) for i, name in enumerate(names)}
    return struct("device", len(which), fields)


def geo(which: Ints) -> pa.StructArray:
    fields = {name: coded([p[i] for p in PLACES], which) for i, name in enumerate(("country", "city"))}
    return struct("geo", len(which), fields)


def first_source(rows: Sequence[Traffic], which: Ints, known: Bools) -> pa.StructArray:
    """traffic_source: where the USER came from first, not the session."""
    fields = {
        "name": coded([t.campaign for t in rows], which, known),
        "medium": coded([t.medium for t in rows], which, known),
        "source": coded([t.source for t in rows], which, known),
    }
    return struct("traffic_source", len(which), fields, known)


def last_click(rows: Sequence[Traffic], which: Ints, known: Bools) -> pa.StructArray:
    """session_traffic_source_last_click: what the tags said, what Google Ads said, and GA4's verdict."""
    kind = schema.NESTED["session_traffic_source_last_click"]
    size = len(which)
    campaigns = [t.campaign for t in rows]
    tagged = np.array([t.is_tagged for t in rows])[which] & known
    clicked = np.array([t.clicked and not t.is_tagged for t in rows])[which] & known
    accounts = [t.origin.account.id if t.origin and t.origin.account else None for t in rows]
    manual = {
        "campaign_name": coded(campaigns, which, tagged),
        "source": coded([t.source for t in rows], which, tagged),
        "medium": coded([t.medium for t in rows], which, tagged),
        "content": coded([t.content for t in rows], which, tagged),
    }
    google = {
        "customer_id": coded(accounts, which, clicked),
        "campaign_id": coded([t.origin.campaign_id if t.origin else None for t in rows], which, clicked),
        "campaign_name": coded(campaigns, which, clicked),
    }
    verdict = {
        "campaign_name": coded(campaigns, which, known),
        "source": coded([t.source for t in rows], which, known),
        "medium": coded([t.medium for t in rows], which, known),
        "default_channel_group": coded([t.channel for t in rows], which, known),
    }
    fields: dict[str, Any] = {
        "manual_campaign": _struct(kind.field("manual_campaign").type, size, manual, tagged),
        "google_ads_campaign": _struct(kind.field("google_ads_campaign").type, size, google, clicked),
        "cross_channel_campaign": _struct(kind.field("cross_channel_campaign").type, size, verdict, known),
    }
    return struct("session_traffic_source_last_click", size, fields, known)


def collected(rows: Sequence[Traffic], which: Ints, landing: Bools, gclid: pa.Array) -> pa.StructArray:
    """What the landing address carried: UTM parameters, or Google's click id, which says nothing else."""
    named = [t.is_tagged or t.medium in ("organic", "referral") for t in rows]
    fields = {
        "manual_campaign_name": coded([t.campaign if t.is_tagged else None for t in rows], which),
        "manual_source": coded(
            [t.source if yes else None for t, yes in zip(rows, named, strict=True)], which
        ),
        "manual_medium": coded(
            [t.medium if yes else None for t, yes in zip(rows, named, strict=True)], which
        ),
        "manual_content": coded([t.content if t.is_tagged else None for t in rows], which),
        "gclid": gclid,
    }
    speaks = np.array([yes or t.clicked for t, yes in zip(rows, named, strict=True)])[which]
    return struct("collected_traffic_source", len(which), fields, landing & speaks)
