"""The documentation says what the program does: commands, options, exit codes and links, both ways."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
import typer.main

from leadline.cli.exits import Exit
from leadline.cli.main import app

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "DECISIONS.md",
    "docs/cli.md",
    "docs/engine.md",
    "docs/traps.md",
    "docs/definitions.md",
    "docs/plan.md",
    "docs/kpis.md",
    "docs/alerts.md",
    "docs/tracking.md",
    "docs/landing.md",
    "docs/audit.md",
    "docs/diff.md",
)
PROGRAM = typer.main.get_command(app)
assert isinstance(PROGRAM, click.Group) or hasattr(PROGRAM, "commands")
# A command of a group bears both names: `tracking check`.
COMMANDS: dict[str, click.Command] = {
    f"{name} {inner}" if inner else name: command
    for name, found in PROGRAM.commands.items()
    for inner, command in getattr(found, "commands", {"": found}).items()
}


def section(command: str) -> str:
    """The reference's section of one command."""
    _, _, rest = REFERENCE.partition(f"## leadline {command}\n")
    return rest.partition("\n## ")[0]


def options(command: str) -> set[str]:
    """The long options that a command takes, --help left out."""
    found = {
        text
        for p in COMMANDS[command].params
        for text in (*p.opts, *p.secondary_opts)
        if text.startswith("--")
    }
    return found - {"--help"}


def commands_in(page: str) -> list[list[str]]:
    """The `leadline …` command lines of a page's code blocks and inline code."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^    (leadline .+)$", text, flags=re.MULTILINE)
    inline = re.findall(r"`(leadline [^`]+)`", text)
    return [shlex.split(line.split("  #")[0]) for line in (*blocks, *inline)]


def test_every_command_has_a_section_and_every_section_a_command() -> None:
    assert set(re.findall(r"^## leadline (\w+(?: \w+)?)$", REFERENCE, flags=re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_section_lists_exactly_the_options_of_its_command(command: str) -> None:
    # Options are named in the first column of the section's table.
    rows = [line.split("|")[1] for line in section(command).splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(--[\w-]+)`", row)}
    assert named == options(command)


def test_the_exit_codes_are_those_of_the_program() -> None:
    _, _, table = REFERENCE.partition("## Exit codes\n")
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", table, flags=re.MULTILINE)] == [
        int(e) for e in Exit
    ]


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_on_a_page_exist_with_their_options(page: str) -> None:
    for words in commands_in(page):
        command = " ".join(words[1:3]) if " ".join(words[1:3]) in COMMANDS else words[1]
        if command.startswith("-") or command == "COMMAND":
            continue
        assert command in COMMANDS, words
        used = {word.split("=")[0] for word in words[2:] if word.startswith("--")}
        assert used <= options(command) | {"--help"}, words


def test_the_readme_shows_commands_at_all() -> None:
    assert len(commands_in("README.md")) >= 5


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 150


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files_of_the_repository(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", text)
    missing = [link for link in links if "://" not in link and not ((ROOT / page).parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_make_targets_on_a_page_exist(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^    |`)make ([a-z]+)", text, flags=re.MULTILINE))
    assert named
    assert named <= targets


def test_the_readme_names_variables_that_the_project_has() -> None:
    project = (ROOT / "dbt_project.yml").read_text(encoding="utf-8")
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"`?(raw_\w+|use_\w+|reporting_currency|time_zone)`?:", text):
        assert f"  {name}:" in project, name
