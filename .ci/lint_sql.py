"""SQLFluff without Python's garbage collector, which took half its time: what it makes is kept to the end.

The worker processes start with this file, too, and so do without it.
"""

import gc

from sqlfluff.cli.commands import cli

gc.disable()

if __name__ == "__main__":
    cli()
