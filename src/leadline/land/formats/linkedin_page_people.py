"""LinkedIn Pages: who follows and visits the page, a sheet a trait beside the sheet of days (EN, FR)."""

from __future__ import annotations

from leadline.land.format import Column, Format, Target

TRAITS = {
    "location": ("Location", "Lieu", "Localisation", "Région"),
    "job_function": ("Job function", "Fonction", "Fonction professionnelle"),
    "seniority": ("Seniority", "Niveau hiérarchique", "Ancienneté", "Niveau de responsabilité"),
    "industry": ("Industry", "Secteur", "Secteur d'activité"),
    "company_size": ("Company size", "Taille de l'entreprise", "Effectif de l'entreprise"),
}
MEASURES = {
    "followers": ("Total followers", "Total des abonnés", "Nombre total d'abonnés", "Total abonnés"),
    "page_views": ("Total views", "Total des vues", "Nombre total de vues", "Total page views"),
}


def _format(trait: str, measure: str) -> Format:
    return Format(
        name=f"linkedin_page_{measure}_by_{trait}",
        title=f"LinkedIn Pages {measure.replace('_', ' ')} by {trait.replace('_', ' ')}",
        source="linkedin_pages",
        columns=(
            Column("trait", TRAITS[trait], required=True),
            Column("count_of", MEASURES[measure], "integer", required=True),
        ),
        targets=(
            Target(
                "linkedin_pages",
                "organization_demographic",
                {
                    "organization_id": "_account",
                    "measure": f"'{measure}'",
                    "dimension": f"'{trait}'",
                    "name": "trait",
                    "value": "count_of",
                },
                key=("organization_id", "measure", "dimension", "name"),
                account="organization_id",
            ),
        ),
        signature=("trait", "count_of"),
        languages=("en", "fr"),
        grain="entity",
        needs=("account",),
    )


FORMATS = tuple(_format(trait, measure) for measure in MEASURES for trait in TRAITS)
