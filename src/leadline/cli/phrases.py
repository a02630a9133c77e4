"""The fixed words of a metric's card and of the catalogue, in both languages."""

from __future__ import annotations

from typing import Final

HEADINGS: Final = {
    "value": {"en": "value", "fr": "valeur"},
    "formula": {"en": "formula", "fr": "formule"},
    "origin": {"en": "from the exports", "fr": "depuis les exports"},
    "sources": {"en": "sources", "fr": "sources"},
    "adding": {"en": "adding up", "fr": "addition"},
    "variants": {"en": "variants", "fr": "variantes"},
    "synonyms": {"en": "other names", "fr": "autres noms"},
    "examples": {"en": "worked examples", "fr": "exemples chiffrés"},
    "cuts": {"en": "can be cut by", "fr": "se découpe par"},
    "uses": {"en": "used by", "fr": "utilisé par"},
    "version": {"en": "version of the definition", "fr": "version de la définition"},
}

ADDING: Final = {
    "yes": {
        "en": "Adds up over every dimension and over time.",
        "fr": "S'additionne sur toutes les dimensions et dans le temps.",
    },
    "no": {
        "en": (
            "Does not add up: it is computed again from its parts for every group and period. Adding "
            "or averaging its values over groups, days or months gives another number, and a share of it "
            "(__share) is refused."
        ),
        "fr": (
            "Ne s'additionne pas : il est recalculé depuis ses parties pour chaque groupe et chaque "
            "période. Additionner ou moyenner ses valeurs sur des groupes, des jours ou des mois "
            "donne un autre nombre, et sa part (__share) est refusée."
        ),
    },
    "time:last": {
        "en": (
            "A stock: adds up over dimensions, and a period has the value of its end. Adding days or "
            "months is refused."
        ),
        "fr": (
            "Un stock : s'additionne sur les dimensions, et une période a la valeur de sa fin. "
            "Additionner des jours ou des mois est refusé."
        ),
    },
    "time:first": {
        "en": (
            "A stock: adds up over dimensions, and a period has the value of its beginning. Adding "
            "days or months is refused."
        ),
        "fr": (
            "Un stock : s'additionne sur les dimensions, et une période a la valeur de son début. "
            "Additionner des jours ou des mois est refusé."
        ),
    },
    "time:never": {
        "en": (
            "Never adds up over time: only rows whose own reported period is the period asked for are"
            " used; any other period is refused, with the reason."
        ),
        "fr": (
            "Ne s'additionne jamais dans le temps : seules servent les lignes dont la période "
            "déclarée est celle demandée ; toute autre période est refusée, avec la raison."
        ),
    },
}

FACETS: Final = {
    "unit": {"en": "unit", "fr": "unité"},
    "better": {"en": "better", "fr": "mieux"},
    "stage": {"en": "stage", "fr": "étape"},
    "tier": {"en": "tier", "fr": "rôle"},
    "adds": {"en": "adds", "fr": "addition"},
    "benchmark": {"en": "benchmark", "fr": "repère"},
}

VALUES: Final = {
    "count": {"fr": "nombre"},
    "number": {"fr": "nombre"},
    "currency": {"fr": "montant"},
    "days": {"fr": "jours"},
    "seconds": {"fr": "secondes"},
    "score": {"fr": "note"},
    "up": {"fr": "en hausse"},
    "down": {"fr": "en baisse"},
    "none": {"fr": "ni l'un ni l'autre"},
    "visibility": {"fr": "visibilité"},
    "engagement": {"fr": "engagement"},
    "capture": {"fr": "capture"},
    "conversion": {"fr": "conversion"},
    "experience": {"fr": "expérience"},
    "ascension": {"fr": "ascension"},
    "fan": {"fr": "fan"},
    "ambassador": {"fr": "ambassadeur"},
    "lagging": {"fr": "résultat"},
    "leading": {"fr": "indicateur avancé"},
    "vanity": {"fr": "vanité"},
    "base": {"fr": "base"},
    "yes": {"fr": "oui"},
    "no": {"fr": "non"},
}


def heading(key: str, lang: str) -> str:
    """The heading of a section."""
    return HEADINGS[key][lang]


def facet(key: str, lang: str) -> str:
    """What a facet of a definition is called."""
    return FACETS[key][lang]


def value_of(text: str, lang: str) -> str:
    """One value of a facet, as people read it: itself in English."""
    return VALUES.get(text, {}).get(lang, text)


def adding(adds: str | None, lang: str) -> str:
    """How a metric may be added up, and what may not be done; empty where nothing is declared."""
    return ADDING[adds][lang] if adds in ADDING else ""


PAGE: Final = {
    "title": {"en": "Catalogue of marketing KPIs", "fr": "Catalogue des indicateurs marketing"},
    "intro": {
        "en": "Every KPI is defined once; each report, query and alert gets its number from this definition.",
        "fr": (
            "Chaque indicateur est défini une fois ; chaque rapport, requête et alerte en tire son nombre."
        ),
    },
    "metrics": {"en": "metrics", "fr": "indicateurs"},
    "skip": {"en": "Skip to the catalogue", "fr": "Aller au catalogue"},
    "search": {
        "en": "Search in English or French: a name, a tool's word, a formula's part",
        "fr": "Chercher en français ou en anglais : un nom, le mot d'un outil",
    },
    "blocks": {"en": "with building blocks", "fr": "avec les briques de base"},
    "made_of": {"en": "Building blocks", "fr": "Briques de base"},
    "none": {"en": "Nothing found.", "fr": "Rien trouvé."},
    "meanings": {"en": "Names with several meanings", "fr": "Noms à plusieurs sens"},
    "refused": {
        "en": "These names are refused; each of their meanings has a name of its own.",
        "fr": "Ces noms sont refusés ; chacun de leurs sens a son propre nom.",
    },
}

NOTHING: Final = {"en": "no value", "fr": "aucune valeur"}
