"""What Salesforce reports share: ids in both lengths, the lines that close a report, and the words of yes."""

from __future__ import annotations

from leadline.land.format import Footer

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
CLOSING_LINES = (
    # The whole cell: a deal with the company Total Energies is none.
    Footer(r"^((grand |sub ?|sous-? ?)?totals?|totaux|totaux generaux|total general)( \([^)]*\))?:?$"),
    Footer(r"^confidential information|^informations? confidentielles?"),
    Footer(r"^copyright\b|^©|^\(c\) "),
    Footer(r"^(generated|filtered|sorted) by\b|^(genere|filtre|trie) par\b|^report generated\b"),
    Footer(r"^as of \d|^en date du\b|^\d+ records?$|^\d+ enregistrements?$"),
)
PREAMBLE = (r"^(?P<title>[^,;\t]+ report|rapport [^,;\t]+)$",)


def long_id(column: str) -> str:
    """A Salesforce id of 18 characters, as the API has it; reports give its first 15.

    Formula: each of the last three characters says, least significant first, which of five are capitals.
    """
    marks = "".join(f" || substr('{LETTERS}', 1 + {_capitals(column, start)}, 1)" for start in (1, 6, 11))
    return f"case when length({column}) = 15 then {column}{marks} else {column} end"


def _capitals(column: str, start: int) -> str:
    return " + ".join(
        f"case when regexp_matches(substr({column}, {start + place}, 1), '[A-Z]') then {2**place} else 0 end"
        for place in range(5)
    )
