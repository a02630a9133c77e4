"""Every word that the documents and tables say by themselves, in both languages."""

from __future__ import annotations

from typing import Final

from leadline.measurement.values import Missing, Reason

NOT_AVAILABLE: Final = {"en": "n/a", "fr": "n. d."}

# key: (English, French)
_PHRASES: Final[dict[str, tuple[str, str]]] = {
    "plan_of": ("{company} · {start} to {end}", "{company} · du {start} au {end}"),
    "as_of": ("Values as of {day}", "Valeurs au {day}"),
    "contents": ("Contents", "Sommaire"),
    "summary": ("At a glance", "En bref"),
    "kpi": ("KPI", "KPI"),
    # French sets a space before a colon, one that does not break.
    "colon": (":", "\u00a0:"),
    "current": ("Current value", "Valeur actuelle"),
    "value": ("Value", "Valeur"),
    "period": ("Period", "Période"),
    "previous": ("Previous period", "Période précédente"),
    "last_year": ("Same period last year", "Même période l'an dernier"),
    "baseline": ("Baseline", "Valeur de départ"),
    "target": ("Target", "Cible"),
    "deadline": ("Deadline", "Échéance"),
    "growth": ("Change asked for", "Évolution demandée"),
    "expected": ("Pace: should be at", "Rythme : devrait être à"),
    "actual": ("Actual", "Réalisé"),
    "pace": ("Pace", "Rythme"),
    "from_to": ("{start} to {end}", "du {start} au {end}"),
    "gap": ("Gap", "Écart"),
    "gap_of": ("{0} against the pace", "{0} par rapport au rythme"),
    "path": ("Path", "Trajectoire"),
    "status": ("Status", "Statut"),
    "trend": ("Trend", "Tendance"),
    "definition": ("Definition", "Définition"),
    "formula": ("Formula", "Formule"),
    "source": ("Source", "Source"),
    "version": ("Version of the definition", "Version de la définition"),
    "cadence": ("Cadence", "Fréquence de revue"),
    "owner": ("Owner", "Responsable"),
    "action": ("If behind", "En cas de retard"),
    "segment": ("Segment", "Segment"),
    "whole": ("all", "ensemble"),
    "stage": ("Stage", "Étape"),
    "lever": ("Lever", "Levier"),
    "leads_to": ("Leads to", "Mène à"),
    "north_star": ("North star", "Étoile polaire"),
    "why": ("Why this one", "Pourquoi celle-ci"),
    "objectives": ("Objectives", "Objectifs"),
    "channels": ("Channels", "Canaux"),
    "business": ("Business KPIs", "KPI d'activité"),
    "tracking": ("Tracking plan", "Plan de marquage"),
    "utm": ("UTM convention", "Convention UTM"),
    "dashboards": ("Dashboards", "Tableaux de bord"),
    "alerts": ("Alerts", "Alertes"),
    "benchmarks": ("Benchmarks", "Repères du secteur"),
    "guide": ("How to read this plan", "Comment lire ce plan"),
    "agreed": ("Agreed by", "Validé par"),
    "answers_for": ("Answers for", "Répond de"),
    "date": ("Date", "Date"),
    "signature": ("Signature", "Signature"),
    "primary": ("primary KPI", "KPI principal"),
    "indicator": ("leading indicator", "indicateur avancé"),
    "role_north_star": ("north star", "étoile polaire"),
    "event": ("Event", "Événement"),
    "type": ("Type", "Type"),
    "tool": ("Tool", "Outil"),
    "parameters": ("Parameters", "Paramètres"),
    "parameter": ("Parameter", "Paramètre"),
    "optional": ("optional", "facultatif"),
    "key_event": ("key event", "événement clé"),
    "description": ("Description", "Description"),
    "required": ("Required", "Obligatoire"),
    "allowed": ("Allowed", "Valeurs admises"),
    "pattern": ("pattern {0}", "motif {0}"),
    "example": ("Example", "Exemple"),
    "yes": ("yes", "oui"),
    "no": ("no", "non"),
    "alert": ("Alert", "Alerte"),
    "condition": ("Condition", "Condition"),
    "severity": ("Severity", "Gravité"),
    "what_to_do": ("Action", "Action"),
    "above": ("above {0}", "au-dessus de {0}"),
    "below": ("below {0}", "au-dessous de {0}"),
    "or": (" or ", " ou "),
    "change_previous_period": (
        "change on the previous period {0}",
        "évolution sur la période précédente {0}",
    ),
    "change_last_year": ("change on last year {0}", "évolution sur un an {0}"),
    "if_at_least": ("if {metric} is at least {value}", "si {metric} vaut au moins {value}"),
    "for_each": ("for each {0}", "pour chaque {0}"),
    "standing_rule": ("standing rule", "règle permanente"),
    "audience": ("For", "Pour"),
    "contains": ("Shows", "Montre"),
    "by": ("by {0}", "par {0}"),
    "year": ("Year", "Année"),
    "ours": ("Ours", "Chez nous"),
    "benchmark": ("Benchmark", "Repère"),
    "to_date": ("since {day}", "depuis le {day}"),
    "linear": ("linear path", "trajectoire linéaire"),
    "seasonal": ("seasonal path (last year's shape)", "trajectoire saisonnière (profil de l'an dernier)"),
    "given": ("path given by the plan", "trajectoire fixée par le plan"),
    "none": ("no path", "pas de trajectoire"),
    "no_season": (
        "linear path, as last year is not known for the whole span",
        "trajectoire linéaire, l'an dernier n'étant pas connu sur toute la durée",
    ),
    "reached": ("reached", "atteint"),
    "on_track": ("on track", "en ligne"),
    "behind": ("behind", "en retard"),
    "no_data": ("no data", "pas de données"),
    "no_target": ("no target", "sans cible"),
    "points": ("{0} points", "{0} points"),
    "trend_of": ("Trend of the last {count} periods", "Tendance des {count} dernières périodes"),
    "guide_period": (
        "Every value is that of the last complete period of its cadence; "
        "a period is complete when its data is.",
        "Chaque valeur est celle de la dernière période complète à la fréquence de revue ; "
        "une période est complète quand ses données le sont.",
    ),
    "guide_pace": (
        "The pace says where a KPI should be at the end of that period to reach its target on time: "
        "on a linear path the same step every day, on a seasonal path in the shape of last year, "
        "or as the plan gives it.",
        "Le rythme dit où un KPI devrait se trouver à la fin de cette période pour atteindre sa cible "
        "à temps : par pas égaux chaque jour (trajectoire linéaire), selon le profil de l'an dernier "
        "(trajectoire saisonnière), ou comme le plan le fixe.",
    ),
    "guide_status": (
        "Reached: at the target. On track: at the pace, or short of it by {tolerance} at most. "
        "Behind: further away.",
        "Atteint : à la cible. En ligne : au rythme, ou en deçà de {tolerance} au plus. "
        "En retard : plus loin.",
    ),
    "guide_missing": (
        "A value that cannot be computed is not shown; the reason is given in its place.",
        "Une valeur qui ne peut pas être calculée n'est pas affichée ; la raison est donnée à sa place.",
    ),
    "not_connected": ("{detail} is not connected", "{detail} : source non connectée"),
    "not_defined": ("the metric {detail} is not defined", "la métrique {detail} n'est pas définie"),
    "refused": (
        "the number cannot be right: {detail}",
        "le nombre ne pourrait pas être juste à ce découpage",
    ),
    "no_rows": ("no rows in this period", "aucune ligne sur cette période"),
    "not_computable": (
        "a part of the formula is zero or missing in this period",
        "une composante de la formule est nulle ou absente sur cette période",
    ),
    "before_data": ("data begin on {day}", "les données commencent le {day}"),
    "no_period": ("no complete period yet", "aucune période complète à ce jour"),
    # Values of the plan's own vocabulary.
    "cadence_day": ("every day", "chaque jour"),
    "cadence_week": ("every week", "chaque semaine"),
    "cadence_month": ("every month", "chaque mois"),
    "cadence_quarter": ("every quarter", "chaque trimestre"),
    "cadence_year": ("every year", "chaque année"),
    "stage_visibility": ("visibility", "visibilité"),
    "stage_engagement": ("engagement", "engagement"),
    "stage_capture": ("capture", "capture"),
    "stage_conversion": ("conversion", "conversion"),
    "stage_experience": ("experience", "expérience"),
    "stage_ascension": ("ascension", "ascension"),
    "stage_fan": ("fan", "fan"),
    "stage_ambassador": ("ambassador", "ambassadeur"),
    "lever_prospects": ("more prospects", "plus de prospects"),
    "lever_conversion": ("better conversion", "meilleure conversion"),
    "lever_margin": ("better margin", "meilleure marge"),
    "lever_frequency": ("higher purchase frequency", "fréquence d'achat plus élevée"),
    "severity_info": ("information", "information"),
    "severity_warning": ("warning", "avertissement"),
    "severity_critical": ("critical", "critique"),
    "audience_executive": ("management", "la direction"),
    "audience_operational": ("the marketing team", "l'équipe marketing"),
    "event_automatic": ("automatic", "automatique"),
    "event_enhanced": ("enhanced measurement", "mesure améliorée"),
    "event_recommended": ("recommended", "recommandé"),
    "event_custom": ("custom", "personnalisé"),
    "parameter_string": ("text", "texte"),
    "parameter_integer": ("whole number", "nombre entier"),
    "parameter_number": ("number", "nombre"),
    "parameter_boolean": ("true or false", "vrai ou faux"),
    "parameter_list": ("list", "liste"),
    "watch_spend_without_lead": ("Spend without a lead", "Dépense sans lead"),
    "watch_not_computable": ("A KPI cannot be computed", "Un KPI ne peut pas être calculé"),
    "watch_stale_source": ("A source is late", "Une source est en retard"),
    "watch_missing_source": ("A source is not connected", "Une source n'est pas connectée"),
    "watch_tracking_plan": (
        "Events break the tracking plan",
        "Des événements enfreignent le plan de marquage",
    ),
    "watch_utm_convention": ("Tags break the UTM convention", "Des liens enfreignent la convention UTM"),
    "older_than": ("last row older than {days} days", "dernière ligne vieille de plus de {days} jours"),
    "dimension_channel": ("channel", "canal"),
    "dimension_campaign_name": ("campaign", "campagne"),
    "dimension_day": ("day", "jour"),
    "dimension_week": ("week", "semaine"),
    "dimension_month": ("month", "mois"),
    "dimension_quarter": ("quarter", "trimestre"),
    "dimension_year": ("year", "année"),
    "dimension_device": ("device", "appareil"),
    "dimension_country": ("country", "pays"),
}

_SOURCES: Final[dict[str, tuple[str, str]]] = {
    "ga4": ("GA4", "GA4"),
    "google_ads": ("Google Ads", "Google Ads"),
    "meta_ads": ("Meta Ads", "Meta Ads"),
    "linkedin_ads": ("LinkedIn Ads", "LinkedIn Ads"),
    "microsoft_ads": ("Microsoft Ads", "Microsoft Ads"),
    "tiktok_ads": ("TikTok Ads", "TikTok Ads"),
    "search_console": ("Search Console", "Search Console"),
    "rank_tracker": ("rank tracker", "suivi de positions"),
    "email": ("e-mail platform", "plateforme d'e-mailing"),
    "mailchimp": ("Mailchimp", "Mailchimp"),
    "brevo": ("Brevo", "Brevo"),
    "klaviyo": ("Klaviyo", "Klaviyo"),
    "crm": ("CRM", "CRM"),
    "hubspot": ("HubSpot", "HubSpot"),
    "salesforce": ("Salesforce", "Salesforce"),
    "pipedrive": ("Pipedrive", "Pipedrive"),
    "social": ("social networks", "réseaux sociaux"),
    "orders": ("online shop", "boutique en ligne"),
    "shopify": ("Shopify", "Shopify"),
    "costs": ("marketing costs entered", "coûts marketing saisis"),
    "surveys": ("surveys", "enquêtes"),
    "support": ("support desk", "service client"),
    "reviews": ("customer reviews", "avis clients"),
    "partners": ("partner programme", "programme partenaires"),
    "audiences": ("ad audiences", "audiences publicitaires"),
    "listening": ("social listening", "veille de marque"),
    "upsell": ("upsell application", "application d'upsell"),
}


def say(key: str, lang: str, **values: object) -> str:
    """A phrase by its key, with its places filled in."""
    english, french = _PHRASES[key]
    return (french if lang == "fr" else english).format(**values)


def say_of(kind: str, key: str, lang: str) -> str:
    """A word of the plan's own vocabulary (`stage_capture`), or the word itself where it is not ours."""
    name = f"{kind}_{key}"
    return say(name, lang) if name in _PHRASES else key.replace("_", " ")


def phrase(key: str, lang: str, *values: object) -> str:
    """The same with places that have no name."""
    english, french = _PHRASES[key]
    return (french if lang == "fr" else english).format(*values)


def source_name(name: str, lang: str) -> str:
    """What people call a source."""
    english, french = _SOURCES.get(name, (name, name))
    return french if lang == "fr" else english


def why(reason: Reason | None, lang: str) -> str:
    """Why a value is missing, in a few words; empty where it is not."""
    from leadline.measurement.spans import day_label

    if reason is None:
        return ""
    detail = reason.detail
    if reason.why is Missing.NOT_CONNECTED:
        detail = (" ou " if lang == "fr" else " or ").join(
            source_name(name, lang) for name in reason.detail.split(", ")
        )
    return say(reason.why.value, lang, detail=detail, day=day_label(reason.day, lang) if reason.day else "")
