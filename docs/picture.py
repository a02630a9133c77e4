"""Makes docs/terminal.svg, the README's picture, from a real run of the program in a terminal of its own."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
WIDTH, HEIGHT = 100, 40
COMMANDS = (
    [
        "query",
        "ad_spend",
        "leads",
        "cost_per_lead",
        "cac",
        "romi",
        "revenue",
        "--grain",
        "month",
        "--last",
        "6",
    ],
    ["query", "cost_per_lead", "--by", "channel", "--grain", "month", "--last", "2"],
)

# rich's own picture loads its font from elsewhere; this one takes what the reader has.
SVG = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
    <style>
    .{unique_id}-matrix {{
        font-family: Menlo, Consolas, "DejaVu Sans Mono", monospace;
        font-size: {char_height}px;
        line-height: {line_height}px;
    }}
    .{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
    {styles}
    </style>
    <defs>
    <clipPath id="{unique_id}-clip-terminal">
      <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
    </clipPath>
    {lines}
    </defs>
    {chrome}
    <g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
    {backgrounds}
    <g class="{unique_id}-matrix">
    {matrix}
    </g>
    </g>
</svg>
"""


def run(arguments: list[str]) -> str:
    """What the program shows on a terminal, escape codes included."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"COLUMNS": str(WIDTH), "LINES": str(HEIGHT), "TERM": "xterm-256color"}
    program = str(Path(sys.executable).with_name("leadline"))
    with subprocess.Popen(  # noqa: S603 - our own program
        [program, *arguments], cwd=ROOT, env=environment, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        shown = _read(ours)
    os.close(ours)
    if process.returncode:
        raise SystemExit(f"leadline {' '.join(arguments)} failed:\n{shown}")
    return shown


def _read(terminal: int) -> str:
    parts = []
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # Linux ends a terminal so, macOS by an empty read
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts).decode("utf-8").replace("\r\n", "\n")


def main() -> None:
    console = Console(record=True, width=WIDTH, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    for arguments in COMMANDS:
        console.print(Text(f"$ leadline {' '.join(arguments)}", style="bold green"))
        console.print(Text.from_ansi(run(arguments)))
    target = ROOT / "docs" / "terminal.svg"
    console.save_svg(str(target), title="leadline", code_format=SVG)
    print(f"written: {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
