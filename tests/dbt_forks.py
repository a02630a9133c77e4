"""dbt with its start paid once: a process with dbt imported and the project parsed, forked for every command.

A command runs in a fork of its own, with its own environment, through dbt's documented `dbtRunner`, and ends
with the exit code that the program `dbt` would give. Started as a program, this module is that process: it
takes one request a line of JSON.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

# Read only while models run. Others may decide what dbt parses: which nodes are enabled, a model's config.
READ_LATER = ("raw_path", "raw_store", "reporting_currency", "default_ad_currency")


@cache
def _server(root: Path) -> subprocess.Popen[str]:
    """The process that commands are forked from; it ends with this one."""
    server = subprocess.Popen(
        # Commands end at once and leave dbt's locks to the system, which Python's tracker of them would tell.
        [sys.executable, "-W", "ignore:resource_tracker:UserWarning", "-m", "tests.dbt_forks"],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(server.communicate)
    return server


def dbt_command(
    root: Path, state: str, arguments: list[str], variables: dict[str, Any], environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Runs one dbt command on the project in `root`; it is parsed once for each `state` of its files."""
    server = _server(root)
    assert server.stdin is not None
    assert server.stdout is not None
    request = {
        "state": state,
        "arguments": arguments,
        "variables": variables,
        "environment": environment,
    }
    server.stdin.write(json.dumps(request) + "\n")
    server.stdin.flush()
    answer = json.loads(server.stdout.readline())
    return subprocess.CompletedProcess(arguments, answer["code"], answer["out"], answer["err"])


def serve() -> None:
    """Answers requests until there are no more; nothing but answers goes to the standard output."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    # Collecting garbage is a sixth of dbt's time, and a command's process soon ends.
    gc.disable()
    parsed: dict[str, Any] = {}
    for line in sys.stdin:
        request = json.loads(line)
        deciding = {k: v for k, v in request["variables"].items() if k not in READ_LATER}
        key = request["state"] + json.dumps(deciding, sort_keys=True)
        if key not in parsed:
            parsed[key] = _parse(deciding)
        answers.write(json.dumps(_forked(request, parsed[key])) + "\n")
        answers.flush()


def _parse(variables: dict[str, Any]) -> Any:
    """dbt's manifest of the project, or nothing where it does not parse: the command then says why."""
    from dbt.cli.main import dbtRunner

    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "LEADLINE_DATABASE": f"{folder}/leadline.duckdb",
            "DBT_TARGET_PATH": folder,
            "DBT_LOG_PATH": folder,
        }
        return dbtRunner().invoke(_words(["parse"], variables)).result


def _words(arguments: list[str], variables: dict[str, Any]) -> list[str]:
    always = [
        "--no-partial-parse",
        "--project-dir",
        ".",
        "--profiles-dir",
        ".",
        "--vars",
        json.dumps(variables),
    ]
    return ["--quiet", *arguments, *always]


def _forked(request: dict[str, Any], manifest: Any) -> dict[str, Any]:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            # Not the interpreter's own end: it would take down what the process that is forked still has.
            os._exit(_run(request, manifest))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0)
        err.seek(0)
        return {"code": code, "out": out.read().decode(), "err": err.read().decode()}


def _run(request: dict[str, Any], manifest: Any) -> int:
    from dbt.cli.main import dbtRunner

    os.environ.clear()
    os.environ.update(request["environment"])
    done = dbtRunner(manifest=manifest).invoke(_words(request["arguments"], request["variables"]))
    if done.exception:
        print(done.exception, file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    # As the program does: 1 where nodes failed, 2 where the command could not be carried out.
    return 0 if done.success else 2 if done.exception else 1


if __name__ == "__main__":
    serve()
