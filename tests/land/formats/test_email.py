"""Mailchimp, Brevo and Klaviyo exports: rows worked by hand in both languages, and what is refused."""

# ruff: noqa: E501 (lines of exports are as long as they come)
from __future__ import annotations

import datetime as dt

import pytest

from leadline.land.refusals import Refusal
from tests.land.formats.landing import key, landed
from tests.land.formats.test_hubspot import hashed

AUDIENCE = '''"Email Address","First Name","Last Name",Address,"Phone Number",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS
ada@example.org,Ada,Byron,"1 Mill St, London",,2,"2026-01-15 23:30:00",1.2.3.4,"2026-01-16 08:00:00",1.2.3.4,,,,,Europe/London,GB,ENG,"2026-02-01 10:00:00",123,ab12cd34ef,"Met twice
at the fair","""VIP"",""Fair"""
bob@example.org,Bob,Neil,,,3,"2026-01-20 10:00:00",,,,,,,,,,,"2026-01-20 10:00:00",124,bc23de45fa,,
'''
AUDIENCE_FR = """"Adresse e-mail";"Prénom";"Nom";MEMBER_RATING;OPTIN_TIME;CONFIRM_TIME;LAST_CHANGED;LEID;EUID;NOTES;TAGS
zoe@example.org;Zoé;Lefèvre;2;"2026-01-15 10:00:00";"2026-01-15 10:05:00";"2026-01-15 10:05:00";1;aa;;
"""
UNSUBSCRIBED = """"Email Address","First Name","Last Name",MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LAST_CHANGED,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID,EUID,NOTES,TAGS
carl@example.org,Carl,,1,"2025-01-15 10:00:00","2025-01-15 10:00:00","2026-03-02 10:00:00","2026-03-01 09:00:00",Spring,6e3fb30c88,"No longer interested",,5,cc,,
dora@example.org,Dora,,1,"2025-01-16 10:00:00","2025-01-16 10:00:00","2026-03-03 10:00:00",,,,,,6,dd,,
"""
CLEANED = """"Email Address",MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LAST_CHANGED,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID,LEID,EUID,NOTES,TAGS
eve@example.org,1,"2025-01-15 10:00:00","2025-01-15 10:00:00","2026-03-05 10:00:00","2026-03-04 10:00:00",Spring,6e3fb30c88,7,ee,,
"""
REPORT = """Title,Subject,List,"Send Date","Send Weekday","Total Recipients","Successful Deliveries","Soft Bounces","Hard Bounces","Total Bounces","Times Forwarded","Forwarded Opens","Unique Opens","Open Rate","Total Opens","Unique Clicks","Click Rate","Total Clicks",Unsubscribes,"Abuse Complaints","Times Liked on Facebook","Folder Id","Unique Id","Total Orders","Total Gross Sales","Total Revenue","Analytics ROI"
"Spring, first",Spring is here,Clients,"Mar 29, 2026 09:30 am",Sunday,"1,110",1100,4,6,10,0,0,300,27.27%,570,77,7.00%,90,3,1,0,0,6e3fb30c88,5,250.50,240.25,n/a
"""


def test_subscribed_members() -> None:
    result = landed(AUDIENCE, name="subscribed_members_export_1a2b.csv", account="clients")
    assert (result.format, result.language) == ("mailchimp_audience", "en")
    rows = result.table("mailchimp.member", "timestamp_signup")
    assert [
        (
            r["list_id"],
            r["email_address"],
            r["status"],
            r["timestamp_signup"],
            r["timestamp_opt"],
            r["last_changed"],
        )
        for r in rows
    ] == [
        (
            "clients",
            hashed("ada@example.org"),
            "subscribed",
            dt.datetime(2026, 1, 15, 23, 30),
            dt.datetime(2026, 1, 16, 8),
            dt.datetime(2026, 2, 1, 10),
        ),
        (
            "clients",
            hashed("bob@example.org"),
            "subscribed",
            dt.datetime(2026, 1, 20, 10),
            None,
            dt.datetime(2026, 1, 20, 10),
        ),
    ]
    assert rows[0]["id"] == key("mailchimp", hashed("ada@example.org"))
    assert [r["id"] for r in result.table("mailchimp.list")] == ["clients"]
    # The note of the first row takes a second line.
    result.accounted(lines=4, accepted=2)


def test_the_zone_of_a_folder_does_not_move_mailchimps_utc() -> None:
    rows = landed(AUDIENCE, account="clients", time_zone="Europe/Paris").table(
        "mailchimp.member", "timestamp_signup"
    )
    assert rows[0]["timestamp_signup"] == dt.datetime(2026, 1, 15, 23, 30)


def test_members_in_french() -> None:
    result = landed(AUDIENCE_FR, account="clients")
    assert (result.format, result.language) == ("mailchimp_audience", "fr")
    (row,) = result.table("mailchimp.member")
    assert row["email_address"] == hashed("zoe@example.org")
    assert row["merge_lname"] == hashed("lefèvre")


def test_members_who_left() -> None:
    result = landed(UNSUBSCRIBED, account="clients")
    assert result.format == "mailchimp_unsubscribed"
    rows = result.table("mailchimp.member", "timestamp_signup")
    # Who left without a time has left too.
    assert [r["status"] for r in rows] == ["unsubscribed", "unsubscribed"]
    (left,) = result.table("mailchimp.unsubscribe")
    assert (left["campaign_id"], left["timestamp"], left["reason"]) == (
        "6e3fb30c88",
        dt.datetime(2026, 3, 1, 9),
        "No longer interested",
    )
    assert left["member_id"] == key("mailchimp", hashed("carl@example.org"))
    result.accounted(lines=3, accepted=2)


def test_members_whose_address_bounced() -> None:
    result = landed(CLEANED, account="clients")
    assert result.format == "mailchimp_cleaned"
    (row,) = result.table("mailchimp.member")
    assert (row["status"], row["last_changed"]) == ("cleaned", dt.datetime(2026, 3, 4, 10))


def test_who_never_subscribed_is_told_by_the_files_name() -> None:
    result = landed(AUDIENCE, name="nonsubscribed_email_audience_export_1a2b.csv", account="clients")
    assert {r["status"] for r in result.table("mailchimp.member")} == {"transactional"}
    result = landed(AUDIENCE, name="archived_email_audience_export_1a2b.csv", account="clients")
    assert {r["status"] for r in result.table("mailchimp.member")} == {"archived"}


def test_an_audience_that_nobody_names_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        landed(AUDIENCE)
    assert refused.value.code == "no-account"


def test_mailchimps_report_of_campaigns() -> None:
    result = landed(REPORT, name="campaigns.csv", time_zone="America/New_York", currency="USD")
    assert result.format == "mailchimp_campaigns"
    (report,) = result.table("mailchimp.campaign_report")
    # 09:30 in New York, in summer time, is 13:30 UTC.
    assert {
        k: report[k] for k in ("id", "send_time", "emails_sent", "opens_unique_opens", "unsubscribed")
    } == {
        "id": "6e3fb30c88",
        "send_time": dt.datetime(2026, 3, 29, 13, 30),
        "emails_sent": 1110,
        "opens_unique_opens": 300,
        "unsubscribed": 3,
    }
    assert (report["bounces_hard_bounces"], report["bounces_soft_bounces"]) == (6, 4)
    assert (report["ecommerce_total_revenue"], report["ecommerce_currency_code"]) == (240.25, "USD")
    (campaign,) = result.table("mailchimp.campaign")
    assert (campaign["id"], campaign["title"], campaign["status"]) == ("6e3fb30c88", "Spring, first", "sent")
    result.accounted(lines=2, accepted=1)


BREVO = """CONTACT ID;EMAIL;FIRSTNAME;LASTNAME;SMS;DOUBLE_OPT-IN;OPT_IN;BLACKLISTED;ADDED_TIME;MODIFIED_TIME
11;ada@example.org;Ada;Byron;33612345678;Yes;;No;15-01-2026 23:30:00;16-01-2026 08:00:00
12;bob@example.org;Bob;Neil;;;;Yes;13-01-2026 10:00:00;20-02-2026 10:00:00
"""
BREVO_FR = """EMAIL,PRENOM,NOM,SMS,Statut e-mail,Date d'ajout,Dernière modification
zoe@example.org,Zoé,Lefèvre,,Abonné,2026-01-15 10:00:00,2026-01-15 10:00:00
eric@example.org,Éric,Noël,,Désabonné,2026-01-16 10:00:00,2026-03-01 10:00:00
"""
BREVO_REPORT = """Campaign ID,Campaign Name,Subject,Sent Date,Recipients,Delivered,Unique opens,Total opens,Unique clicks,Total clicks,Unsubscribed,Hard bounces,Soft bounces,Complaints
42,Newsletter March,Spring,2026-03-31 23:30:00,"1,050",1040,400,650,80,95,4,6,4,1
"""
BREVO_REPORT_FR = """Nom de la campagne;Objet;Date d'envoi;Destinataires;Délivrés;Ouvertures uniques;Clics uniques;Désinscriptions;Rebonds permanents;Rebonds temporaires
Lettre de mars;Printemps;31/03/2026 23:30;1 050;1 040;400;80;4;6;4
"""


def test_brevo_contacts() -> None:
    result = landed(BREVO, time_zone="Europe/Paris")
    assert (result.format, result.language) == ("brevo_contacts", "en")
    rows = result.table("brevo.contact", "id")
    assert [
        (r["id"], r["email"], r["email_blacklisted"], r["created_at"], r["modified_at"]) for r in rows
    ] == [
        (
            "11",
            hashed("ada@example.org"),
            False,
            dt.datetime(2026, 1, 15, 22, 30),
            dt.datetime(2026, 1, 16, 7),
        ),
        ("12", hashed("bob@example.org"), True, dt.datetime(2026, 1, 13, 9), dt.datetime(2026, 2, 20, 9)),
    ]
    result.accounted(lines=3, accepted=2)


def test_brevo_contacts_in_french() -> None:
    result = landed(BREVO_FR, time_zone="Europe/Paris")
    assert (result.format, result.language) == ("brevo_contacts", "fr")
    rows = result.table("brevo.contact", "created_at")
    assert [(r["id"], r["email_blacklisted"]) for r in rows] == [
        (key("brevo", hashed("zoe@example.org")), False),
        (key("brevo", hashed("eric@example.org")), True),
    ]


def test_brevo_campaigns() -> None:
    result = landed(BREVO_REPORT, time_zone="Europe/Paris")
    assert result.format == "brevo_campaigns"
    (row,) = result.table("brevo.email_campaign")
    assert row["sent_date"] == dt.datetime(2026, 3, 31, 21, 30)
    figures = (
        "sent",
        "delivered",
        "unique_views",
        "viewed",
        "unique_clicks",
        "clickers",
        "hard_bounces",
        "soft_bounces",
    )
    assert [row[f"statistics_global_{figure}"] for figure in figures] == [1050, 1040, 400, 650, 80, 95, 6, 4]
    assert row["id"] == "42"


def test_brevo_campaigns_in_french_without_ids() -> None:
    result = landed(BREVO_REPORT_FR, time_zone="Europe/Paris")
    assert (result.format, result.language) == ("brevo_campaigns", "fr")
    (row,) = result.table("brevo.email_campaign")
    assert row["id"] == "name:" + key("brevo", "Lettre de mars", "2026-03-31 21:30:00")
    assert (row["statistics_global_sent"], row["statistics_global_delivered"]) == (1050, 1040)
    result.accounted(lines=2, accepted=1)


KLAVIYO = """Campaign Name,Tags,Subject,List,Send Time,Send Weekday,Total Recipients,Unique Placed Order,Placed Order Rate,Revenue,Unique Opens,Open Rate,Total Opens,Unique Clicks,Click Rate,Total Clicks,Unsubscribes,Spam Complaints,Spam Complaints Rate,Successful Deliveries,Bounces,Bounce Rate,Campaign ID,Campaign Channel
Spring,,Spring is here,Clients,2026-03-31 23:30:00,Tuesday,1000,12,1.21%,"1,250.75",400,40.40%,610,50,5.05%,66,3,0,0%,990,10,1.00%,01HABC,Email
Flash,,,Clients,2026-04-01 10:00:00,Wednesday,200,1,0.5%,20.00,0,0%,0,9,4.5%,9,0,0,0%,198,2,1%,01HSMS,SMS
"""
PEOPLE = """Email,Klaviyo ID,First Name,Last Name,Phone Number,Email Marketing Consent,Email Marketing Consent Timestamp,Profile Created On,Date Added,Email Suppressions
ada@example.org,01A,Ada,Byron,+33612345678,SUBSCRIBED,2026-01-15 10:00:00,2026-01-01 10:00:00,2026-01-15 10:00:00,[]
bob@example.org,01B,Bob,Neil,,UNSUBSCRIBED,2026-02-15 10:00:00,2026-01-02 10:00:00,2026-01-15 10:00:00,"['UNSUBSCRIBE']"
carl@example.org,01C,Carl,,,NEVER_SUBSCRIBED,,2026-01-03 10:00:00,,
"""


def test_klaviyo_campaigns() -> None:
    result = landed(KLAVIYO, time_zone="Europe/Paris", currency="EUR")
    assert result.format == "klaviyo_campaigns"
    rows = result.table("klaviyo.campaign_report", "campaign_id")
    keep = (
        "campaign_id",
        "channel",
        "total_recipients",
        "bounces",
        "unique_opens",
        "placed_orders",
        "revenue",
        "currency",
    )
    assert [tuple(r[c] for c in keep) for r in rows] == [
        ("01HABC", "email", 1000, 10, 400, 12, 1250.75, "EUR"),
        ("01HSMS", "sms", 200, 2, 0, 1, 20.0, "EUR"),
    ]
    assert rows[0]["send_time"] == dt.datetime(2026, 3, 31, 21, 30)
    result.accounted(lines=3, accepted=2)


def test_a_dollar_is_no_euro() -> None:
    dollars = KLAVIYO.replace('"1,250.75"', '"$1,250.75"').replace(",20.00,", ",$20.00,")
    rows = landed(dollars, time_zone="UTC", currency="CAD").table("klaviyo.campaign_report", "campaign_id")
    assert [(r["revenue"], r["currency"]) for r in rows] == [(1250.75, "CAD"), (20.0, "CAD")]
    with pytest.raises(Refusal) as refused:
        landed(dollars, time_zone="UTC", currency="EUR")
    assert refused.value.code == "two-currencies"


def test_klaviyo_people() -> None:
    result = landed(PEOPLE, time_zone="UTC")
    assert result.format == "klaviyo_people"
    rows = result.table("klaviyo.person", "id")
    assert [(r["id"], r["email_consent"], r["email_consent_at"], r["email_suppressions"]) for r in rows] == [
        ("01A", "subscribed", dt.datetime(2026, 1, 15, 10), None),
        ("01B", "unsubscribed", dt.datetime(2026, 2, 15, 10), "['UNSUBSCRIBE']"),
        ("01C", "never_subscribed", None, None),
    ]
    assert rows[0]["email"] == hashed("ada@example.org")
