"""The measurement plan as a document: Markdown, or one HTML file that opens offline and prints on A4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.measurement.labels import phrase, say
from leadline.measurement.model import Plan
from leadline.measurement.values import Gauge
from leadline.measurement.views import Viewer

if TYPE_CHECKING:
    import jinja2


def as_markdown(plan: Plan, gauge: Gauge, lang: str, currency: str) -> str:
    """The document in Markdown."""
    return _rendered("plan.md.j2", plan, gauge, lang, currency, is_html=False)


def as_html(plan: Plan, gauge: Gauge, lang: str, currency: str) -> str:
    """The document as one HTML page without anything external."""
    return _rendered("plan.html.j2", plan, gauge, lang, currency, is_html=True)


def _rendered(template: str, plan: Plan, gauge: Gauge, lang: str, currency: str, *, is_html: bool) -> str:
    view = Viewer(plan, gauge, lang, currency).document()

    def told(key: str, *values: object) -> str:
        return phrase(key, lang, *values) if values else say(key, lang)

    return _environment(is_html).get_template(template).render(doc=view, t=told).rstrip() + "\n"


def _environment(is_html: bool) -> jinja2.Environment:
    import jinja2

    found = jinja2.Environment(
        loader=jinja2.PackageLoader("leadline.measurement", "templates"),
        autoescape=is_html,  # noqa: S701 - Markdown is text: its cells are escaped by `cell`
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    found.filters["cell"] = _cell
    return found


def _cell(value: Any) -> str:
    return " ".join(str(value).replace("\\", "\\\\").replace("|", "\\|").split())
