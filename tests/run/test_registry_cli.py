"""`topspot resolve` and `topspot registry …` in processes of their own, as a person or a program calls them."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from support.databases import counts, dump, rows
from support.recording import FABLE_ALONE, Desk, everybody, page
from support.story import Line
from topspot.registry import load_registry
from topspot.registry.load import PACKAGED
from topspot.unknowns import draft

ROOT = Path(__file__).resolve().parents[2]

RESOLVED = {
    "name", "model", "family", "variant", "base_model", "developer", "developer_name", "parent", "country",
    "open_weights", "as_of", "basis", "parts",
}  # fmt: skip

NEWCOMER = """
name = "Nowhere Labs"
name_zh = "无处"
aliases = ["Nowhere", "nowhere-labs-ai"]

[[country]]
value = "CH"
source = "https://nowhere.example/imprint"

[[family]]
name = "zzz"
pattern = 'zzz-?(?P<version>\\d+(\\.\\d+)?)'
key = "zzz-{version}"
examples = ["zzz-9", "ZZZ 9.5 (high)"]

[[family.open_weights]]
value = true
source = "https://nowhere.example/weights"
"""
"""A developer's file, by the words of README and POLICY.md."""

WIDE = "".join(chr(ord(char) + 0xFEE0) for char in "KIMI-K3")
"""A name in full-width forms."""

SEEN: list[Line] = [(("zzz-9", "Nowhere Labs"), 1800, 10), *FABLE_ALONE, (("Qqq (Nova)", ""), 1400, 10)]


class Ended(NamedTuple):
    """How a call ended."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


class Program(NamedTuple):
    """``program("registry", "check")`` is ``topspot registry check``, with a data folder and a registry of its own."""

    home: Path
    registry: Path

    def __call__(self, *arguments: str, given: str | bytes = "", own: bool = True) -> Ended:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TOPSPOT_")}
        environment |= {
            "TOPSPOT_DATA_DIR": str(self.home),
            "TOPSPOT_CONTACT": "tests@example.org",
            "COLUMNS": "300",
        }
        if own:
            environment["TOPSPOT_REGISTRY_DIR"] = str(self.registry)
        ended = subprocess.run(
            [Path(sys.executable).with_name("topspot"), *arguments],
            input=given.encode() if isinstance(given, str) else given,
            env=environment, cwd=self.home, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    @property
    def url(self) -> str:
        return f"sqlite:///{self.home / 'topspot.db'}"

    def write(self, name: str, text: str) -> Path:
        path = self.registry / name
        path.write_text(text, "utf-8")
        return path


@pytest.fixture
def program(tmp_path: Path) -> Program:
    folder = tmp_path / "registry"
    folder.mkdir()
    return Program(tmp_path, folder)


@pytest.fixture
def seen(program: Program) -> Program:
    """Give the program over two publications, in the second of which nobody knows who leads."""
    desk = Desk(program.url, registry=everybody())
    desk.visit(page("2026-06-21", FABLE_ALONE))
    desk.visit(page("2026-07-16", SEEN))
    return program


def test_resolve_says_what_a_name_means_and_why(program: Program) -> None:
    ended = program("resolve", "kimi-k3-max", "nobody's guess", "--as-of", "2026-07-26", "--json", own=False)

    known, unknown = ended.objects
    assert (ended.code, ended.err) == (0, "")
    assert set(known) == set(unknown) == RESOLVED
    assert (known["model"], known["variant"], known["family"]) == ("kimi-k3", "max", "kimi")
    assert (known["developer"], known["developer_name"], known["country"]) == ("moonshot-ai", "Moonshot AI", "CN")
    assert (known["open_weights"], known["as_of"]) == (False, "2026-07-26")
    assert known["basis"] == {
        "developer": "family pattern", "model": "family pattern", "country": "listed", "open_weights": "listed",
    }  # fmt: skip
    left = {value for key, value in unknown.items() if key not in ("name", "as_of", "basis", "parts")}
    assert left == {None}


def test_resolve_takes_what_is_printed_beside_the_name(program: Program) -> None:
    beside = ("--organization", "moonshot", "--license", "MIT", "--source", "lmarena")

    [found] = program("resolve", "some-thing", *beside, "--json", own=False).objects

    assert (found["model"], found["developer"], found["open_weights"]) == ("some-thing", "moonshot-ai", True)
    assert found["basis"]["developer"] == "organization text"
    assert found["basis"]["open_weights"] == "license"


def test_resolve_names_the_parts_of_a_system(program: Program) -> None:
    [found] = program("resolve", "Claude Code + kimi-k3", "--json", own=False).objects

    assert (found["developer"], found["country"]) == ("moonshot-ai", "CN")
    assert [(part["kind"], part["developer"], part["country"]) for part in found["parts"]] == [
        ("agent", "anthropic", "US"),
        ("model", "moonshot-ai", "CN"),
    ]


def test_resolve_draws_a_table_for_people(program: Program) -> None:
    ended = program("resolve", "kimi-k3-max", "zzz-9", own=False)

    assert ended.code == 0
    assert {"kimi-k3-max", "moonshot-ai", "CN", "zzz-9"} <= set(ended.out.split())


def test_resolve_reads_a_json_object_a_line_and_writes_one_a_line(program: Program) -> None:
    lines = [
        {"name": "kimi-k3", "as_of": "2026-07-26"},
        {"name": "x-1", "organization": "月之暗面", "license": None, "source": "superclue", "more": 1},
        {"name": WIDE},
        {"name": "Some Agent", "models": ["kimi-k3"]},
        {"name": "Some Agent", "models": "kimi-k3"},
    ]

    ended = program("resolve", "-", given="\n".join(map(json.dumps, lines)) + "\n\n", own=False)

    assert (ended.code, ended.err) == (0, "")
    assert [(row["name"], row["developer"]) for row in ended.objects] == [
        ("kimi-k3", "moonshot-ai"), ("x-1", "moonshot-ai"), (WIDE, "moonshot-ai"),
        ("Some Agent", "moonshot-ai"), ("Some Agent", None),
    ]  # fmt: skip
    assert ended.objects[0]["as_of"] == "2026-07-26"
    assert [row["open_weights"] for row in ended.objects[:1]] == [False]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"kimi-k3", 'not a JSON object with a name: \'kimi-k3\': write {"name": "kimi-k3"}'),
        (b'{"model": "kimi-k3"}', "not a JSON object with a name"),
        (b'{"name": 3}', "not a JSON object with a name"),
        (b'["kimi-k3"]', "not a JSON object with a name"),
        (b'{"name": "\xff"}', "not a JSON object with a name"),
        (b'{"name": "x", "as_of": "soon"}', "as_of soon: not a date: write it as YYYY-MM-DD"),
        (b'{"name": "\\ud800"}', "not a JSON object with a name"),
        (b"[" * 100_000, "not a JSON object with a name"),
    ],
    ids=["no JSON", "no name", "a number", "a list", "no UTF-8", "no date", "half a character", "no end"],
)
def test_a_line_that_is_wrong_is_said_in_one_line_after_what_came_before_it(
    program: Program, line: bytes, message: str
) -> None:
    ended = program("resolve", "-", given=b'{"name": "kimi-k3"}\n' + line + b"\n", own=False)

    assert ended.code == 2
    assert [row["name"] for row in ended.objects] == ["kimi-k3"]
    [said] = ended.err.splitlines()
    assert said.startswith(f"topspot: {message}")


def test_list_gives_every_developer_with_those_of_ones_own(program: Program) -> None:
    program.write("nowhere-labs.toml", NEWCOMER)

    found = {row["developer"]: row for row in program("registry", "list", "--json").objects}
    drawn = program("registry", "list")

    assert len(found) == len(list(PACKAGED.glob("*.toml"))) + 1
    assert found["nowhere-labs"] == {
        "developer": "nowhere-labs", "name": "Nowhere Labs", "name_zh": "无处", "parent": None, "country": "CH",
        "families": ["zzz"], "wikidata": None,
    }  # fmt: skip
    assert "nowhere-labs" in drawn.out


def test_show_gives_all_that_is_known_of_a_developer_by_any_of_its_names(program: Program) -> None:
    program.write("nowhere-labs.toml", NEWCOMER)

    shown = [program("registry", "show", name).out for name in ("nowhere-labs", "无处", "NOWHERE")]

    assert len(set(shown)) == 1
    found = json.loads(shown[0])
    assert found["country"] == [
        {"value": "CH", "since": None, "until": None, "source": "https://nowhere.example/imprint"}
    ]
    assert found["families"][0]["examples"] == ["zzz-9", "ZZZ 9.5 (high)"]
    assert found["families"][0]["open_weights"][0]["value"] is True


def test_show_of_nobody_is_a_wrong_call(program: Program) -> None:
    ended = program("registry", "show", "nobody")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "topspot: there is no developer 'nobody': list them with `topspot registry list`\n"


def test_a_file_of_the_same_name_replaces_the_packaged_one(program: Program) -> None:
    program.write(
        "moonshot-ai.toml", 'name = "Other"\n[[country]]\nvalue = "SG"\nsource = "https://other.example"\n'
    )

    found = json.loads(program("registry", "show", "moonshot-ai").out)

    assert (found["name"], found["aliases"], found["country"][0]["value"]) == ("Other", [], "SG")
    assert program("resolve", "kimi-k3", "--json").objects[0]["developer"] is None


WRONG: Mapping[str, tuple[str, str]] = {
    "an alias that is another's": ('name = "Nowhere Labs"\naliases = [\n"Moonshot",\n]\n', ":3: 'Moonshot' also names"),
    "an unknown country": ('name = "N Labs"\n\n[[country]]\nvalue = "XX"\nsource = "https://x.example"\n', ":4: 'XX' is"),
    "no TOML": ('name = "Nowhere Labs"\nname_zh = \n', ":2: "),
    "a pattern that knows nothing": (
        'name = "Nowhere Labs"\n[[family]]\nname = "k"\npattern = \'zzz\'\nexamples = [\n"yyy",\n]\n',
        ":6: 'yyy' of [[family]] 'k' fits no pattern",
    ),
    "no name": ('aliases = ["x"]\n', ": 'name' is missing"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG)
def test_check_names_what_is_wrong_with_its_file_and_line(program: Program, text: str, message: str) -> None:
    path = program.write("nowhere-labs.toml", text)

    ended = program("registry", "check")

    assert (ended.code, ended.out) == (2, "")
    [said] = ended.err.splitlines()
    assert said.startswith(f"topspot: {path}{message}")


def test_check_names_both_who_claim_one_name(program: Program) -> None:
    program.write(
        "nowhere-labs.toml",
        'name = "Nowhere Labs"\n[[family]]\nname = "k"\npattern = \'kimi-k3\'\nexamples = ["kimi-k3"]\n',
    )

    ended = program("registry", "check")

    [said] = ended.err.splitlines()
    assert ended.code == 2
    assert re.match(r"topspot: \S+\.toml:\d+: 'kimi-k3\S*' of \[\[family\]\] ", said)
    assert said.endswith("is claimed by moonshot-ai, nowhere-labs")


def test_check_of_what_is_right_says_so(program: Program) -> None:
    ended = program("registry", "check")

    assert (ended.code, ended.out) == (0, "")
    assert ended.err.endswith("nothing is wrong\n")


def test_a_registry_that_is_not_there_is_said(program: Program) -> None:
    program.registry.rmdir()

    ended = program("registry", "list")

    assert ended.code == 2
    assert ended.err == f"topspot: {program.registry}: no such folder of developer files\n"


def test_unknown_lists_the_most_important_first_with_toml_to_begin_from(seen: Program) -> None:
    found = seen("registry", "unknown", "--json").objects

    assert [(row["name"], row["organization"], row["best_position"], row["boards"]) for row in found] == [
        ("zzz-9", "Nowhere Labs", 1, 1),
        ("Qqq (Nova)", None, 4, 1),
    ]
    assert found[0]["toml"] == 'name = "Nowhere Labs"\n'
    assert found[1]["toml"] == '[[model]]\nkey = "qqq-nova"\nnames = ["Qqq (Nova)"]\n'
    assert (found[0]["board"], found[0]["last_seen"]) == ("lmarena/webdev", "2026-07-16")
    assert "zzz-9" in seen("registry", "unknown").out


def test_what_stands_on_more_boards_comes_first_among_equals(seen: Program) -> None:
    desk = Desk(seen.url, registry=everybody())
    for board in ("lmarena/text", "lmarena/vision"):
        desk.visit(page("2026-07-16", [(("aaa", ""), 1900, 10), *FABLE_ALONE], board=board))

    found = seen("registry", "unknown", "--json").objects

    assert [(row["name"], row["best_position"], row["boards"]) for row in found] == [
        ("aaa", 1, 2), ("zzz-9", 1, 1), ("Qqq (Nova)", 4, 1),
    ]  # fmt: skip


def test_unknown_writes_nothing_unless_it_is_told_to(seen: Program) -> None:
    before = dump(seen.url)

    seen("registry", "unknown")

    assert list(seen.registry.iterdir()) == []
    assert dump(seen.url) == before


def test_drafts_go_into_ones_own_folder_and_pass_the_check(seen: Program) -> None:
    ended = seen("registry", "unknown", "--write")

    names = {path.name for path in seen.registry.iterdir()}
    assert (ended.code, names) == (0, {"nowhere-labs.toml", "_names.toml"})
    assert sorted(ended.err.splitlines()) == sorted(
        f"drafted {seen.registry / name}: say in it what is known, then `topspot registry check`" for name in names
    )
    assert tomllib.loads((seen.registry / "nowhere-labs.toml").read_text("utf-8")) == {"name": "Nowhere Labs"}
    assert tomllib.loads((seen.registry / "_names.toml").read_text("utf-8")) == {
        "model": [{"key": "qqq-nova", "names": ["Qqq (Nova)"]}]
    }
    assert seen("registry", "check").code == 0


def test_what_a_person_wrote_is_never_written_over(seen: Program) -> None:
    mine = seen.write("nowhere-labs.toml", NEWCOMER)
    names = seen.write("_names.toml", "# mine\n")

    ended = seen("registry", "unknown", "--write")

    assert (mine.read_text("utf-8"), names.read_text("utf-8")) == (NEWCOMER, "# mine\n")
    assert "drafted" not in ended.err


def test_drafts_need_a_folder_of_ones_own(seen: Program) -> None:
    ended = seen("registry", "unknown", "--write", own=False)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "topspot: --write needs a folder of your own: set TOPSPOT_REGISTRY_DIR\n"


@how(max_examples=300)
@given(st.text(min_size=1), st.text())
def test_a_draft_says_the_name_as_it_is_printed(name: str, organization: str) -> None:
    found = tomllib.loads(draft(name, organization))

    assert found == {"name": organization} if organization else found["model"][0]["names"] == [name]


@pytest.mark.parametrize("name", ["Qqq (Nova)", "Q-q 2.5 + r", "问天 3", "a @ b", "x%", "3=1", "🦊 fox", "Q&A 7b"])
def test_a_draft_of_a_name_can_be_pasted_into_the_file_of_who_made_it(tmp_path: Path, name: str) -> None:
    (tmp_path / "nowhere-labs.toml").write_text('name = "Nowhere Labs"\n\n' + draft(name, ""), "utf-8")

    registry = load_registry(tmp_path)

    assert registry.resolve(name).developer == "nowhere-labs"


def test_apply_prints_what_changed_of_the_past(seen: Program) -> None:
    seen.write("nowhere-labs.toml", NEWCOMER)

    ended = seen("registry", "apply", "--json")
    drawn = seen("registry", "apply")

    [answer] = ended.objects
    assert (ended.code, answer["entries"], answer["dates"], answer["alerts"]) == (0, 1, 1, 0)
    assert {(event["what"], event["type"], event["subject"]) for event in answer["events"]} >= {
        ("new", "lead.country", "Switzerland"),
        ("withdrawn", "lead.country", "United States"),
    }
    assert all(event["published_on"] == "2026-07-16" for event in answer["events"])
    [alert] = rows(seen.url, "alert")
    assert answer["untold"] == [alert["id"]]
    assert f"alert {alert['id']} told of something that is known otherwise now" in ended.err
    assert "0 entries mean something else; 0 events of the past change" in drawn.out


def test_a_newcomer_adds_one_file_and_nothing_else_changes(seen: Program) -> None:
    names = ("kimi-k3", "claude-opus-5", "Qqq (Nova)", "gpt-5.6-sol", "ZZZ 9.5 (high)", "zzz-9")
    before = {row["name"]: row for row in seen("resolve", *names, "--json").objects}
    tables, developers = counts(seen.url), seen("registry", "list", "--json").objects

    seen.write("nowhere-labs.toml", NEWCOMER)

    assert seen("registry", "check").code == 0
    after = {row["name"]: row for row in seen("resolve", *names, "--json").objects}
    assert {name for name in names if after[name] != before[name]} == {"ZZZ 9.5 (high)", "zzz-9"}
    assert (after["zzz-9"]["developer"], after["zzz-9"]["country"]) == ("nowhere-labs", "CH")
    assert (after["ZZZ 9.5 (high)"]["model"], after["ZZZ 9.5 (high)"]["variant"]) == ("zzz-9.5", "high")
    assert after["zzz-9"]["open_weights"] is True
    others = [row for row in seen("registry", "list", "--json").objects if row["developer"] != "nowhere-labs"]
    assert others == developers
    assert seen("registry", "apply").code == 0
    assert counts(seen.url)["standing"] == tables["standing"]
    assert [row["name"] for row in seen("registry", "unknown", "--json").objects] == ["Qqq (Nova)"]
    shown = seen("board", "lmarena/webdev", "--json").objects[0]["standings"]
    assert [row["country"] for row in shown] == ["CH", "US", "US", None]


def test_the_file_of_the_readme_can_be_copied(program: Program) -> None:
    section = (ROOT / "README.md").read_text("utf-8").partition("### A new developer")[2]
    block = section.partition("```toml\n")[2].partition("```")[0]
    program.write("some-lab.toml", block)

    assert program("registry", "check").code == 0
    [found] = program("resolve", "ace-2.5-32b-instruct", "--json").objects
    assert (found["developer"], found["country"], found["open_weights"]) == ("some-lab", "DE", True)
