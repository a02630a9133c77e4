"""Names for steps and their columns: they say what is held, and no two are alike."""

from leadline.errors import RequestError
from leadline.grains import Window

MAX_NAME = 200


class Names:
    """Hands out names; a name that is taken gets a number."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, *parts: str) -> str:
        """A name made of the parts, free of clashes."""
        base = "_".join(part for part in parts if part)
        if len(base) > MAX_NAME:
            raise RequestError(f"the name {base[:60]}… is longer than {MAX_NAME} characters")
        name, count = base, 1
        while name in self._taken:
            count += 1
            name = f"{base}_{count}"
        self._taken.add(name)
        return name


def describe_offsets(offsets: tuple[Window | str, ...]) -> str:
    """`5_days_earlier`, `at_start_of_month`: how a step's name tells its offsets."""
    words = []
    for offset in offsets:
        if isinstance(offset, str):
            words.append(f"at_start_of_{offset}")
        else:
            words.append(f"{str(offset).replace(' ', '_')}_earlier")
    return "_".join(words)
