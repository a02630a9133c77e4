"""One export a format and language, with what its lines must become, counted by hand."""

# ruff: noqa: E501 - lines of exports are as long as they are

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.land.formats import (
    test_email,
    test_ga4,
    test_google_ads,
    test_hubspot,
    test_meta_ads,
    test_other_ads,
    test_pipedrive,
    test_salesforce,
    test_search_console,
    test_shopify,
    test_social_pages,
)


@dataclass(frozen=True)
class Sample:
    """An export: its records, rows that land, totals, and whether it states sums.

    `said` is what the user says beside, `name` the file's name.
    """

    format: str
    language: str
    text: str
    accepted: int
    totals: int = 0
    states_sums: bool = False
    said: dict[str, Any] = field(default_factory=dict)
    name: str = "export.csv"

    @property
    def id(self) -> str:
        """The sample in a test's name."""
        return f"{self.format}-{self.language}"


_ADS = {"account": "1"}
_PARIS = {"time_zone": "Europe/Paris", "currency": "EUR"}
_KEYWORDS_FR = (
    "Rapport sur les mots clés pour le Réseau de Recherche\n1 sept. 2026 - 2 sept. 2026\n"
    "Jour;Mot clé;Type de correspondance;Campagne;Groupe d'annonces;Code de la devise;Niveau de qualité;Impr.;Clics;Coût\n"
    "2026-09-01;chaussures;Requête large;Marque;G1;EUR;8;10;1;1,50\n"
    "2026-09-02;chaussures;Requête large;Marque;G1;EUR; --;10;1;1,75\n"
    "Total : mots clés;--;--;--;--;EUR;--;20;2;3,25\n"
)
_KEYWORDS = (
    "Search keyword report\n2026-09-01 - 2026-09-02\n"
    "Day,Search keyword,Match type,Campaign,Ad group,Currency code,Quality Score,Impr.,Clicks,Cost\n"
    "2026-09-01,shoes,Broad match,Brand,G1,EUR,8,10,1,1.50\n"
    "2026-09-02,shoes,Broad match,Brand,G1,EUR, --,10,1,1.75\n"
)
_ACTIONS = (
    "Campaign report\n2026-09-01 - 2026-09-02\n"
    "Day,Campaign,Conversion action,Conversion category,Currency code,Conversions,Conv. value\n"
    "2026-09-01,Quotes,Form,Submit lead form,EUR,2.5,0.00\n2026-09-01,Quotes,Sale,Purchase,EUR,1.00,120.00\n"
)
_ACTIONS_FR = (
    "Rapport sur les campagnes\n1 sept. 2026 - 2 sept. 2026\n"
    "Jour;Campagne;Action de conversion;Catégorie de conversion;Code de la devise;Conversions;Val. conv.\n"
    "2026-09-01;Devis;Formulaire;Envoi de formulaire pour prospects;EUR;2,5;0,00\n"
)
_CARD = (
    "Date,Cost,Cost (Comparison),Clicks,Clicks (Comparison)\n"
    '"Thu, 5 Feb 2026","€1,925.86",€900.00,500,400\n"Fri, 6 Feb 2026",€10.00,€8.00,4,4\n'
)
_CARD_FR = (
    "Date,Coût,Coût (Comparaison),Clics,Clics (Comparaison)\n"
    '"jeu. 5 févr. 2026","11\u00a0925,86\u00a0€","9\u00a0000,00\u00a0€",500,400\n'
)
_ACCOUNT = (
    "Account name,Day,Reach,Impressions,Amount spent (EUR)\nShop,2026-09-01,900,1500,35.75\n"
    "Shop,2026-09-02,800,1200,30.25\n"
)
_ACCOUNT_FR = (
    "Nom du compte,Jour,Couverture,Impressions,Montant dépensé (EUR)\nBoutique,2026-09-01,900,1500,35.75\n"
)
_AD_SETS = (
    "Reporting starts,Reporting ends,Day,Ad set name,Impressions,Amount spent (INR)\n"
    "2026-09-01,2026-09-30,2026-09-01,,150,35.75\n2026-09-01,2026-09-30,2026-09-01,Large,100,25.25\n"
    "2026-09-01,2026-09-30,2026-09-01,Small,50,10.50\n"
)
_ADS_ALONE = (
    "Début des rapports,Fin des rapports,Nom de la publicité,Impressions,Montant dépensé (EUR)\n"
    "2026-09-01,2026-09-01,Rouge,100,25.25\n"
)
_LINKEDIN_FR = (
    "Rapport de performances des campagnes (en UTC)\n\n"
    "Date de début (en UTC)\tNom du compte\tNom de la campagne\tID de la campagne\tDevise\tTotal dépensé\tImpressions\n"
    "13/09/2026\tBoutique\tMarque\t12\tEUR\t10,25\t500\n14/09/2026\tBoutique\tMarque\t12\tEUR\t1,75\t100\n"
)
_MICROSOFT = (
    '"Report Name: Campaign performance report"\n\n'
    '"Gregorian date","Account name","Account number","Campaign","Currency code","Impr.","Clicks","Spend"\n'
    '"9/13/2026","Shop","F1","Brand","EUR","1,200","30","1,045.67"\n"9/14/2026","Shop","F1","Brand","EUR","10","0","4.33"\n'
    '"Total","","","","","1,210","30","1,050.00"\n'
)
_MICROSOFT_FR = (
    "Date;Nom du compte;Campagne;Devise;Impr.;Clics;Dépenses\n13/09/2026;Boutique;Marque;EUR;1\u00a0200;30;1\u00a0045,67\n"
    "14/09/2026;Boutique;Marque;EUR;1\u00a0200;30;45,67\n"
)
_TIKTOK = (
    "Campaign name,By Day,Cost,CPC (destination),Impressions,Clicks (destination),Currency\n"
    "Launch,2026-09-01,25.50,0.51,10000,50,EUR\nTotal of 1 result,-,25.50,0.51,10000,50,EUR\n"
)
_TIKTOK_FR = (
    "Nom de la campagne;Par jour;Coût;CPC (destination);Impressions;Clics (destination);Devise\n"
    "Lancement;2026-09-01;25,50;0,51;10000;50;EUR\n"
)
_ORGANIC = (
    "Keyword,Position,Previous position,Search Volume,URL,Traffic (%),Timestamp\n"
    "blue shoes,4,5,1900,https://www.boutique.fr/blue,3.40,2026-09-01\n"
)
_TRACKED = "Keyword,Search Volume,*.boutique.fr/*_20260901,*.boutique.fr/*_20260902\nblue shoes,1900,4,3\nred shoes,90,-,1\n"
_RANKING = "Keyword,Search volume,2026-09-01,2026-09-02,URL\nblue shoes,1900,4,-,https://boutique.fr/blue\n"
_RANKING_FR = "Mot clé;Volume de recherche;01.09.2026;02.09.2026\nchaussures;1900;4;3\n"

SAMPLES = (
    Sample("google_ads_campaigns", "en", test_google_ads.ENGLISH, 3, 2, True, _ADS),
    Sample("google_ads_campaigns", "fr", test_google_ads.FRENCH, 2, 2, True, _ADS),
    Sample("google_ads_keywords", "en", _KEYWORDS, 2, said=_ADS),
    Sample("google_ads_keywords", "fr", _KEYWORDS_FR, 2, 1, True, _ADS),
    Sample("google_ads_conversions", "en", _ACTIONS, 2, said=_ADS),
    Sample("google_ads_conversions", "fr", _ACTIONS_FR, 1, said=_ADS),
    Sample("google_ads_cards", "en", _CARD, 2, said=_ADS),
    Sample("google_ads_cards", "fr", _CARD_FR, 1, said=_ADS),
    Sample("meta_ads_manager", "en", test_meta_ads.ENGLISH, 2, 1, True, _ADS),
    Sample("meta_ads_manager", "fr", test_meta_ads.FRENCH, 3, said=_ADS),
    Sample("meta_ads_sets", "en", _AD_SETS, 2, 1, True, _ADS),
    Sample("meta_ads_ads", "fr", _ADS_ALONE, 1, said=_ADS),
    Sample("meta_ads_account", "en", _ACCOUNT, 2),
    Sample("meta_ads_account", "fr", _ACCOUNT_FR, 1),
    Sample("linkedin_ads", "en", test_other_ads.LINKEDIN, 2, 1, True),
    Sample("linkedin_ads", "fr", _LINKEDIN_FR, 2),
    Sample("microsoft_ads", "en", _MICROSOFT, 2, 1, True),
    Sample("microsoft_ads", "fr", _MICROSOFT_FR, 2),
    Sample("tiktok_ads", "en", _TIKTOK, 1, 1, True, _ADS),
    Sample("tiktok_ads", "fr", _TIKTOK_FR, 1, said=_ADS),
    Sample("search_console_dates", "en", test_search_console.ENGLISH["Dates.csv"], 2, said=_ADS),
    Sample("search_console_dates", "fr", test_search_console.FRENCH["Graphique.csv"], 2, said=_ADS),
    Sample("ga4_reports", "fr", test_ga4.FRENCH, 2),
    Sample("semrush_positions", "en", _ORGANIC, 1),
    Sample("semrush_tracking", "en", _TRACKED, 2),
    Sample("se_ranking_positions", "en", _RANKING, 1, said={"account": "boutique.fr"}),
    Sample("se_ranking_positions", "fr", _RANKING_FR, 1, said={"account": "boutique.fr"}),
    Sample("mailchimp_audience", "en", test_email.AUDIENCE, 2, said={"account": "clients"}),
    Sample("mailchimp_audience", "fr", test_email.AUDIENCE_FR, 1, said={"account": "clients"}),
    Sample("hubspot_deals", "en", test_hubspot.DEALS, 3, said=_PARIS),
    Sample("hubspot_deals", "fr", test_hubspot.DEALS_FR, 2, said=_PARIS),
    Sample("pipedrive_deals", "en", test_pipedrive.DEALS, 3, said=_PARIS),
    Sample("pipedrive_deals", "fr", test_pipedrive.DEALS_FR, 2, said=_PARIS),
    Sample("salesforce_opportunities", "en", test_salesforce.OPPORTUNITIES, 3, 2, True, said=_PARIS),
    Sample("salesforce_opportunities", "fr", test_salesforce.OPPORTUNITIES_FR, 2, 1, True, said=_PARIS),
    Sample("shopify_orders", "en", test_shopify.ORDERS, 4),
    Sample("meta_suite_posts", "en", test_social_pages.POSTS, 2, said=_PARIS),
    Sample("meta_suite_posts", "fr", test_social_pages.POSTS_FR, 1, said=_PARIS),
)
