"""How long `leadline audit` takes on a thousand SQL files: `python -m benchmarks.audit [--manifest PATH]`.

The files are made: CTEs, joins, conditions and groups at random over the marts, a third with a wrong formula.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from leadline.audit.scan import Scanner
from leadline.audit.scan.models import read_models
from leadline.audit.scan.names import Book
from leadline.audit.scan.sources import files_in
from leadline.layer import Layer

RATIOS = (
    ("ctr", "clicks", "impressions"),
    ("cpc", "cost", "clicks"),
    ("cpm", "1000.0 * cost", "impressions"),
    ("roas", "conversion_value", "cost"),
)
KEYS = ("channel", "date_day", "campaign_name", "source")
CUTS = ("date_day >= '2026-01-01'", "channel = 'Paid Search'", "source in ('google_ads', 'meta_ads')")


def main() -> None:
    """Make the files, audit them, and print seconds of the clock and of the processor."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.audit", description=__doc__)
    parser.add_argument("--manifest", type=Path, default=Path("target/semantic_manifest.json"))
    parser.add_argument("--files", type=int, default=1000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), args.files)
        clock, processor = time.perf_counter(), time.process_time()
        listed = files_in([Path(folder)])
        book = Book(Layer.load(args.manifest))
        found = Scanner(book, read_models(args.manifest, book.relations, listed)).scan(listed)
        clock, processor = time.perf_counter() - clock, time.process_time() - processor
    counts = Counter(finding.rule for finding in found.findings)
    print(f"{found.files} files, {found.compared} outputs compared, {found.same} as defined; {dict(counts)}")
    print(f"{clock:.1f} s by the clock, {processor:.1f} s of the processor; load {os.getloadavg()[0]:.1f}")
    print(f"{found.files / processor:.0f} files a second of the processor")


def make(folder: Path, count: int) -> None:
    """`count` SQL files; the same ones each time."""
    draw = random.Random(20261122)  # noqa: S311 - test data, not a secret
    for number in range(count):
        (folder / f"report_{number:04}.sql").write_text(query(draw), encoding="utf-8")


def query(draw: random.Random) -> str:
    """One report."""
    keys = draw.sample(KEYS, draw.choice((0, 1, 2)))
    outputs = [_output(draw, *ratio) for ratio in draw.sample(RATIOS, draw.choice((1, 2, 3)))]
    where = draw.sample(CUTS, draw.choice((0, 1, 2)))
    condition = f"where {' and '.join(where)}\n" if where else ""
    group = f"group by {', '.join(keys)}\n" if keys else ""
    source = draw.choice(("fct_ad_performance", "{{ ref('fct_ad_performance') }}", "base"))
    begin = "with base as (select * from marts.fct_ad_performance)\n" if source == "base" else ""
    shown = ",\n    ".join([*keys, *outputs])
    return f"{begin}select\n    {shown}\nfrom {source}\n{condition}{group}"


def _output(draw: random.Random, name: str, top: str, under: str) -> str:
    forms = (
        f"sum({top}) / nullif(sum({under}), 0)",
        f"sum({top}) * 1.0 / nullif(sum({under}), 0)",
        f"case when sum({under}) <> 0 then sum({top}) / sum({under}) end",
        f"coalesce(sum({top}) / nullif(sum({under}), 0), 0)",
        f"avg({top} / nullif({under}, 0))",
        f"sum({top}) / nullif(count({under}), 0)",
    )
    return f"{draw.choice(forms)} as {name}"


if __name__ == "__main__":
    main()
