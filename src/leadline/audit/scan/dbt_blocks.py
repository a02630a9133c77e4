"""Blocks of Jinja that only dbt knows: read, and left out."""

from __future__ import annotations

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser


class DbtBlocks(Extension):
    """Generic tests, materializations, snapshots and docs."""

    tags = {"test", "data_test", "materialization", "snapshot", "docs"}  # noqa: RUF012 - as Jinja types it

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """Nothing: the block is no part of a model."""
        name = next(parser.stream).value
        while parser.stream.current.type != "block_end":
            next(parser.stream)
        parser.parse_statements((f"name:end{name}",), drop_needle=True)
        return []
