"""`leadline land`: exports into the store, and what the store knows of them."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from leadline.cli import landing_options as o
from leadline.cli.exits import Exit

if TYPE_CHECKING:
    from leadline.land.format import Format
    from leadline.land.land import Options, Outcome, Progress
    from leadline.land.store.layout import Layout


def land(
    paths: o.Paths = None,
    store: o.Store = None,
    account: o.Account = None,
    currency: o.Currency = None,
    time_zone: o.TimeZone = None,
    decimal: o.Decimal = None,
    dates: o.DatesOption = None,
    exported_at: o.ExportedAt = None,
    as_: o.As = None,
    window: o.Window = None,
    max_bad: o.MaxBad = "1%",
    originals: o.OriginalsOption = None,
    key_file: o.KeyFile = None,
    new_key: o.NewKey = None,
    keep_pii: o.KeepPii = False,
    accounts: o.Accounts = None,
    mappings: o.Mappings = Path("landing"),
    again: o.Again = False,
    by: o.By = None,
    learn: o.Learn = None,
    formats: o.Formats = False,
    history: o.History = False,
    day: o.Day = None,
    aliases: o.Aliases = False,
    forget: o.Forget = None,
    watch: o.Watch = False,
    json: o.Json = False,
) -> None:
    """Land exports: recognise, check and keep them, or say why not; and look into the store."""
    mode = o.Mode(learn, formats, history, day, aliases, forget, new_key)
    mode.check(paths or [], watch=watch)
    from leadline.land.land import Options, default_key, user_name
    from leadline.land.store.layout import Layout, default_store

    # A shell leaves the ~ of `make run INBOX=~/exports` as it is.
    paths = [path.expanduser() for path in paths or []]
    layout = Layout(store or default_store())
    if _other(mode, layout, mappings, key_file, originals, json=json):
        return
    from leadline.land.exported import given

    options = Options(
        account=account,
        currency=currency,
        time_zone=time_zone,
        decimal=decimal,
        dates=dates.value if dates else None,
        exported_at=given(exported_at) if exported_at else None,
        format=as_,
        window=window,
        max_bad=o.share(max_bad),
        keep=originals.value if originals else None,
        key=default_key(key_file),
        keep_pii=keep_pii,
        by=by or user_name(),
        accounts=_listed(accounts, layout),
        again=again,
    )
    _land(paths, layout, options, _formats(mappings), watch=watch, json=json)


def _land(
    paths: list[Path],
    layout: Layout,
    options: Options,
    formats: tuple[Format, ...],
    *,
    watch: bool,
    json: bool,
) -> None:
    from leadline.cli.landing import show_report
    from leadline.land.inbox import exports
    from leadline.land.land import land as land_all

    options = replace(options, usual_zone=_usual_zone())
    found = exports(paths, apart=layout.folder)
    if not watch:
        report = land_all(found, layout, options, formats, _progress(len(found)))
        _clear()
        show_report(report, json=json)
        raise typer.Exit(Exit.OK if report.is_complete else Exit.NEGATIVE)
    from leadline.land.watch import changes

    print(f"watching {', '.join(map(str, paths))}; stop with Ctrl-C", file=sys.stderr)
    for fresh in changes(paths, apart=layout.folder):
        report = land_all(fresh, layout, options, formats, _progress(len(fresh)))
        _clear()
        show_report(report, json=json)
        sys.stdout.flush()


def _other(
    mode: o.Mode, layout: Layout, mappings: Path, key_file: Path | None, originals: object, *, json: bool
) -> bool:
    """Whatever else than landing was asked for; whether it was."""
    from leadline.cli import landing as show
    from leadline.land.land import default_key

    if mode.new_key:
        from leadline.land.store.originals import new_key

        new_key(mode.new_key)
        print(f"written: {mode.new_key} (keep it: without it encrypted originals cannot be opened)")
    elif mode.formats:
        show.show_formats(_formats(mappings), json=json)
    elif mode.learn:
        from leadline.land.learn import learn

        learned = learn(mode.learn, _formats(mappings), _contract())
        print(learned.preview, file=sys.stderr)
        sys.stdout.write(learned.text)
    elif mode.history:
        _history(mode, layout, json=json)
    elif mode.aliases:
        _aliases(layout, json=json)
    elif mode.forget:
        from leadline.land.store.change import change
        from leadline.land.store.forget import forget
        from leadline.land.store.person import person_of

        person = person_of(mode.forget)
        with change(layout) as under_way:
            drop = originals == o.Originals.NONE
            found = forget(under_way, person, key=default_key(key_file), drop_unreadable=drop)
        show.show_forgotten(found, json=json)
    else:
        return False
    return True


def _history(mode: o.Mode, layout: Layout, *, json: bool) -> None:
    import datetime as dt

    from leadline.cli import landing as show
    from leadline.land.store import ledger
    from leadline.land.store.history import replaced_days, versions

    known = ledger.read(layout.current())
    if mode.day is None:
        show.show_history(known.files, replaced_days(known), json=json)
        return
    try:
        day = dt.date.fromisoformat(mode.day)
    except ValueError as error:
        raise typer.BadParameter(
            f"{mode.day!r} is not a day: write YYYY-MM-DD", param_hint="--day"
        ) from error
    show.show_versions(versions(known, layout.parts, day), day, json=json)


def _aliases(layout: Layout, *, json: bool) -> None:
    from leadline.cli import landing as show
    from leadline.land.store.aliases import apply_aliases, proposals
    from leadline.land.store.change import change

    with change(layout) as under_way:
        changed = apply_aliases(under_way)
        found = proposals(under_way.ledger, layout.parts)
    show.show_proposals(found, changed=changed, place=str(layout.aliases), json=json)


def _listed(given: Path | None, layout: Layout) -> dict[str, tuple[str, ...]] | None:
    """The list of accounts that may land, where there is one."""
    from leadline.land.store.accounts import read_accounts

    if given is None and not layout.accounts.is_file():
        return None
    return dict(read_accounts(given or layout.accounts))


def _project() -> Path | None:
    """The dbt project here, else the one that this installation of Leadline stands in."""
    import leadline
    from leadline.project import find_project

    return find_project(Path.cwd() / "here") or find_project(leadline.__file__)


def _usual_zone() -> str:
    from leadline.project import project_variables

    project = _project()
    found = project_variables(project / "dbt_project.yml") if project else {}
    return str(found.get("time_zone") or "UTC")


def _contract() -> dict[str, frozenset[str]]:
    from leadline.land.mapping import raw_contract
    from leadline.project import find_project

    return raw_contract(find_project(Path.cwd() / "here"))


def _formats(mappings: Path) -> tuple[Format, ...]:
    from leadline.land.formats import FORMATS
    from leadline.land.formats.connector import connector_formats
    from leadline.land.mapping import read_mappings

    project = _project()
    known = (*FORMATS, *(connector_formats(project / "models" / "staging") if project else ()))
    taught = any(mappings.glob("*.y*ml")) if mappings.is_dir() else False
    return (*known, *read_mappings(mappings, known, _contract())) if taught else known


def _progress(count: int) -> Progress | None:
    """Tells a terminal which file is being landed; a pipe or a log hears nothing."""
    if not sys.stderr.isatty():
        return None

    def tell(number: int, _: Outcome | None, name: str) -> None:
        sys.stderr.write(f"\r\x1b[K[{number}/{count}] {name}")
        sys.stderr.flush()

    return tell


def _clear() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
