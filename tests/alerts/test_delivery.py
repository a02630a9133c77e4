"""Alerts that arrive: over SMTP at a real mail server, over HTTP at a real web server, of this machine."""

from __future__ import annotations

import email.policy
import json
import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from leadline.check.alarm import Alarm, Findings, Outcome, Quiet
from leadline.check.alerts_state import read_state, write_state
from leadline.check.delivery import deliver
from leadline.errors import LeadlineError
from leadline.measurement.model import Plan, Text
from leadline.measurement.plan import plan_of
from leadline.measurement.source import source_of
from tests.alerts.conftest import HEAD

RULES = {"cpl", "ctr"}


class Mailbox:
    """Keeps what the mail server takes."""

    def __init__(self) -> None:
        self.messages: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.messages.append(message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 taken"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    monkeypatch.setenv("TEST_MAIL", f"mailto://127.0.0.1:{port}?from=alerts@a.example&to=team@b.example")
    yield box
    server.stop()


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    received: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("TEST_HOOK", f"json://127.0.0.1:{server.server_port}/alerts")
    yield received
    server.shutdown()
    server.server_close()


def plan(*recipients: str) -> Plan:
    return plan_of(source_of(HEAD + "recipients:\n" + "".join(f"  - {{{r}}}\n" for r in recipients)))


def alarm(severity: str = "warning", rule: str = "cpl", group: str | None = None) -> Alarm:
    return Alarm(
        rule=rule,
        group=group,
        severity=severity,
        title=Text("Leads are dear", "Leads trop chers"),
        message=Text("Cost per lead: €27.40", "Coût par lead : 27,40 €"),
        action=Text("Pause it", "Mettre en pause"),
        owner="Zoé",
    )


def text_of(message: Any) -> str:
    part = message.get_body(("plain",))
    found: str = part.get_content()
    return found


def test_an_alert_arrives_by_mail_in_the_recipients_language(mailbox: Mailbox) -> None:
    done, _ = deliver(plan("name: team, url_env: TEST_MAIL, lang: fr"), Findings([alarm()]), {}, RULES)
    assert [(d.recipient, d.alarms, d.error) for d in done] == [("team", 1, "")]
    assert len(mailbox.messages) == 1
    message = mailbox.messages[0]
    assert "alerts@a.example" in message["From"]
    assert "team@b.example" in message["To"]
    assert message["Subject"] == "Test : 1 alerte"
    for words in ("[avertissement] Leads trop chers", "27,40 €", "Que faire : Mettre en pause", "Zoé"):
        assert words in text_of(message)


def test_an_alert_arrives_by_http(hook: list[dict[str, Any]]) -> None:
    deliver(plan("name: chat, url_env: TEST_HOOK"), Findings([alarm("critical")]), {}, RULES)
    assert [(m["title"], m["type"]) for m in hook] == [("Test: 1 alert", "failure")]
    assert "Cost per lead: €27.40" in hook[0]["message"]


def test_it_is_sent_once_until_it_ends_and_its_end_is_said_once(
    hook: list[dict[str, Any]], tmp_path: Path
) -> None:
    file = tmp_path / "state" / "alerts.json"
    to = plan("name: chat, url_env: TEST_HOOK")

    def run(*alarms: Alarm) -> None:
        _, after = deliver(to, Findings(list(alarms)), read_state(file), RULES)
        write_state(file, after)

    run(alarm())
    run(alarm())
    assert len(hook) == 1
    run(alarm(), alarm(rule="ctr"))
    assert [m["title"] for m in hook[1:]] == ["Test: 1 alert"]
    run(alarm(rule="ctr"))
    assert [(m["title"], m["type"]) for m in hook[2:]] == [("Test: 1 resolved", "success")]
    assert "[Resolved] Leads are dear" in hook[2]["message"]
    run(alarm(rule="ctr"))
    run()
    run()
    assert [m["title"] for m in hook[3:]] == ["Test: 1 resolved"]
    run(alarm())
    assert len(hook) == 5


def test_it_is_sent_again_when_it_grows_graver_and_not_when_it_eases(hook: list[dict[str, Any]]) -> None:
    to, state = plan("name: chat, url_env: TEST_HOOK"), {}
    for severity in ("warning", "critical", "warning", "critical"):
        _, state = deliver(to, Findings([alarm(severity)]), state, RULES)
    assert [m["type"] for m in hook] == ["warning", "failure", "failure"]


def test_each_group_is_an_alert_of_its_own(hook: list[dict[str, Any]]) -> None:
    to = plan("name: chat, url_env: TEST_HOOK")
    _, state = deliver(to, Findings([alarm(group="a")]), {}, RULES)
    deliver(to, Findings([alarm(group="a"), alarm(group="b")]), state, RULES)
    assert [m["title"] for m in hook] == ["Test: 1 alert", "Test: 1 alert"]


@pytest.mark.parametrize("group", [None, "a"])
def test_a_rule_that_could_not_decide_ends_nothing(hook: list[dict[str, Any]], group: str | None) -> None:
    to = plan("name: chat, url_env: TEST_HOOK")
    _, state = deliver(to, Findings([alarm(group=group)]), {}, RULES)
    quiet = Quiet("cpl", Outcome.NO_VALUE, None)
    _, after = deliver(to, Findings([], [quiet]), state, RULES)
    assert len(hook) == 1
    assert after == state


def test_a_run_without_anomalies_does_not_end_them(hook: list[dict[str, Any]]) -> None:
    to = plan("name: chat, url_env: TEST_HOOK")
    _, state = deliver(to, Findings([alarm(rule="anomaly", group="leads")]), {}, {*RULES, "anomaly"})
    deliver(to, Findings(), state, RULES)
    assert len(hook) == 1


def test_a_recipient_gets_its_severities_only(hook: list[dict[str, Any]], mailbox: Mailbox) -> None:
    to = plan(
        "name: chat, url_env: TEST_HOOK, severities: [critical]", "name: team, url_env: TEST_MAIL, lang: en"
    )
    deliver(to, Findings([alarm("warning")]), {}, RULES)
    assert (len(hook), len(mailbox.messages)) == (0, 1)


def test_what_could_not_be_sent_is_sent_next_time(
    hook: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    to = plan("name: chat, url_env: TEST_HOOK")
    with monkeypatch.context() as away:
        away.setenv("TEST_HOOK", "json://127.0.0.1:9/closed")
        done, state = deliver(to, Findings([alarm()]), {}, RULES)
    assert "did not take the message" in done[0].error
    deliver(to, Findings([alarm()]), state, RULES)
    assert len(hook) == 1


@pytest.mark.parametrize(
    ("address", "words"), [("", "is not set"), ("nothing://secret-word", "none that apprise knows")]
)
def test_a_missing_or_wrong_address_is_told_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], address: str, words: str
) -> None:
    monkeypatch.setenv("TEST_HOOK", address)
    done, _ = deliver(plan("name: chat, url_env: TEST_HOOK"), Findings([alarm()]), {}, RULES)
    shown = capfd.readouterr()
    assert words in done[0].error
    assert "TEST_HOOK" in done[0].error
    assert "secret-word" not in done[0].error + shown.out + shown.err


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 9, "told": {}}', '{"version": 1, "told": [1]}']
)
def test_a_broken_state_is_an_error_with_its_place(tmp_path: Path, text: str) -> None:
    file = tmp_path / "alerts.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(LeadlineError, match="cannot be read"):
        read_state(file)
