"""What lies in deploy/ fits the program: its commands, options, settings, times and port are those that exist."""

import configparser
import inspect
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from topspot.cli import app
from topspot.cli.serving import serve
from topspot.settings import Settings

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
FILES = {path.name: path.read_text(encoding="utf-8") for path in sorted(DEPLOY.iterdir())}
UNITS = [name for name in FILES if name.endswith((".service", ".timer"))]
SERVICES = [name for name in UNITS if name.endswith(".service")]
OPTIONS = {name: parameter.default for name, parameter in inspect.signature(serve).parameters.items()}
DOWNLOAD_SECONDS = Settings.model_fields["download_timeout"].default


def unit(name: str) -> dict[str, dict[str, list[str]]]:
    """Give the sections of a unit of systemd, and of each setting all the values that it was given."""
    configparser.RawConfigParser(strict=False, delimiters="=").read_string(FILES[name])  # raises for what is none
    found: dict[str, dict[str, list[str]]] = {}
    for section, body in re.findall(r"^\[(\w+)\]\n(.*?)(?=^\[|\Z)", FILES[name], re.MULTILINE | re.DOTALL):
        found[section] = {}
        for key, value in re.findall(r"^(\w+)=(.*)$", body, re.MULTILINE):
            found[section].setdefault(key, []).append(value)
    return found


def calls(text: str) -> list[list[str]]:
    """Give the calls of the program that a file makes: the words behind its name."""
    plain = re.sub(r"^ *#.*$", "", text, flags=re.MULTILINE)
    found = [line.split() for line in re.findall(r"/bin/topspot ([a-z -]+?)(?= [0-9>]|\)|$)", plain, re.MULTILINE)]
    return found + [
        re.findall(r'"([^"]+)"', listed) for listed in re.findall(r"^CMD \[(.+)\]$", plain, re.MULTILINE)
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("crontab", [["run"]]),
        ("topspot.service", [["serve"]]),
        ("topspot-run.service", [["run"]]),
        ("Dockerfile", [["serve", "--host", "0.0.0.0"]]),
    ],
)
def test_every_command_that_is_called_is_there_with_its_options(name: str, expected: list[list[str]]) -> None:
    found = calls(FILES[name])

    assert found == expected
    for command, *options in found:
        said = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"})
        assert said.exit_code == 0
        assert [option for option in options if option.startswith("--") and option not in said.output] == []


def test_every_setting_that_is_named_is_one() -> None:
    named = {name: set(re.findall(r"TOPSPOT_([A-Z_]*[A-Z])", text)) for name, text in FILES.items()}
    known = {name.upper() for name in Settings.model_fields}

    assert {name: found - known for name, found in named.items() if found - known} == {}
    assert {"SLACK_TOKEN", "SLACK_CHANNEL", "CONTACT", "PING_URL"} <= named["topspot.env.example"]


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_one_and_says_what_it_is(name: str) -> None:
    found = unit(name)

    assert set(found) <= {"Unit", "Service", "Timer", "Install"}
    assert "Topspot" in found["Unit"]["Description"][0]
    assert ("Install" in found) == (name != "topspot-run.service")  # the timer starts that one


def test_both_services_are_the_same_user_with_the_same_fences() -> None:
    long_lived, one_run = (unit(name)["Service"] for name in ("topspot.service", "topspot-run.service"))
    differ = {key for key in long_lived | one_run if long_lived.get(key) != one_run.get(key)}

    assert differ == {"Type", "ExecStart", "Restart", "RestartSec", "TimeoutStartSec"}
    assert long_lived["DynamicUser"] == ["yes"]
    assert long_lived["ProtectSystem"] == ["strict"]
    assert long_lived["NoNewPrivileges"] == ["yes"]
    assert long_lived["CapabilityBoundingSet"] == [""]
    assert long_lived["SystemCallFilter"] == ["@system-service", "~@privileged @resources"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_read_proc_which_claims_are_judged_by(name: str) -> None:
    service = unit(name)["Service"]

    assert "ProtectProc" not in service
    assert "ProcSubset" not in service


def test_whoever_stops_serve_waits_longer_than_serve_takes_to_end() -> None:
    longest = OPTIONS["grace"] + DOWNLOAD_SECONDS

    seconds = [
        *unit("topspot.service")["Service"]["TimeoutStopSec"],
        *re.findall(r"--stop-timeout (\d+)", FILES["Dockerfile"]),
        *re.findall(r"stop_grace_period: (\d+)s", FILES["compose.yaml"].split("\n  database:\n")[0]),
    ]

    assert len(seconds) == 3
    assert [given for given in seconds if int(given) <= longest] == []


def test_the_image_is_asked_how_it_is_where_serve_answers() -> None:
    dockerfile = FILES["Dockerfile"]

    assert f"http://127.0.0.1:{OPTIONS['port']}/health" in dockerfile
    assert re.findall(r"^EXPOSE (\d+)$", dockerfile, re.MULTILINE) == [str(OPTIONS["port"])]


def test_the_image_copies_what_is_there_and_runs_as_nobody_in_particular() -> None:
    dockerfile, ignored = FILES["Dockerfile"], FILES["Dockerfile.dockerignore"]
    copied = " ".join(re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)).split()

    assert [name for name in copied if not (DEPLOY.parent / name).exists()] == []
    assert sorted(f"!{name}" for name in copied) == sorted(re.findall(r"^!.+$", ignored, re.MULTILINE))
    assert re.findall(r"^USER (\d+):(\d+)$", dockerfile, re.MULTILINE) == [("10001", "10001")]


def test_the_line_of_cron_has_five_times_and_no_percent() -> None:
    [line] = [line for line in FILES["crontab"].splitlines() if line and not re.match(r"#|\w+=", line)]
    *times, command = line.split(maxsplit=5)

    assert all(re.fullmatch(r"[\d*/,-]+", time) for time in times)
    assert command.startswith("said=")
    assert "%" not in command  # cron would make a new line of it


def test_both_services_of_compose_are_fenced_and_only_this_machine_reaches_them() -> None:
    yaml: Any = pytest.importorskip("yaml")
    services = yaml.safe_load(FILES["compose.yaml"])["services"]

    assert set(services) == {"topspot", "database"}
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "PASSWORD" not in str(service.get("environment"))
    assert services["topspot"]["ports"] == [f"127.0.0.1:{OPTIONS['port']}:{OPTIONS['port']}"]
    assert services["topspot"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert "ports" not in services["database"]
