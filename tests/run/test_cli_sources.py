"""Sources as a person asks for them: listed, shown, tried, and made anew from an address or a file."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scrapers.boards import find_sources
from standins.site import Site
from support.cases import Case, read
from support.cli import Topspot
from support.databases import prepare
from topspot.domain.values import Payload, Reading
from topspot.register import COLUMNS

PAGE = "https://board.example/rows"
ROBOTS = "https://board.example/robots.txt"

CSV = b"""rank,model,org,score,95% CI,votes,notes
1,gpt-5,OpenAI,1431,+5/-6,"12,345",x
2,kimi-k3,Moonshot AI,1425,+4/-4,9000,
3,glm-4.5,-,1390.5,+4/-4,9000,
4,qwen3,Alibaba,1381,+4/-4,400,y
5,o3,OpenAI,1360,+4/-4,400,y
6,llama,Meta,1100,+4/-4,400,y
7,unrated,Meta,,,,y
"""
JSON = json.dumps({
    "meta": {"version": 2},
    "data": [
        {"id": 1, "name": "gpt-5", "creator": {"name": "OpenAI"}, "evaluations": {"index": 70.1, "coding": 55}},
        {"id": 2, "name": "kimi-k3", "creator": {"name": "Moonshot AI"}, "evaluations": {"index": 68.5}},
        {"id": 3, "name": "unrated", "creator": {"name": "Meta"}, "evaluations": {"index": None}},
    ],
}).encode()  # fmt: skip
KEYED = json.dumps({"gpt-5": {"elo": 1431, "battles": 9}, "kimi-k3": {"elo": 1425, "battles": 8}}).encode()
HTML = b"""<html><body><table><tr><td>menu</td></tr></table><table>
<tr><th>Model</th><th>Percent correct</th><th>Cost</th></tr>
<tr><td>gpt-5 (high)</td><td>88.0%</td><td>$29.08</td></tr>
<tr hidden><td colspan=3>details</td></tr>
<tr><td>kimi-k3</td><td>84.9%</td><td>$17.10</td></tr></table></body></html>"""
MARKDOWN = """# 总榜

| 排名 | 模型 | 机构 | 总分 |
|:-:|---|---|---|
| 1 | [gpt-5](https://x.example) | OpenAI | **76.53** |
| 2 | kimi-k3 | 月之暗面 | 70.1 |
| - | human | - | 90 |
""".encode()

DRAFTS = {
    "CSV": (CSV, [("gpt-5", "OpenAI", 1, 1431.0, 1425.0, 1436.0, 12345), ("kimi-k3", "Moonshot AI", 2, 1425.0, 1421.0, 1429.0, 9000),
                  ("glm-4.5", "", 3, 1390.5, 1386.5, 1394.5, 9000)], 6, "rating"),
    "JSON": (JSON, [("gpt-5", "OpenAI", None, 70.1, None, None, None), ("kimi-k3", "Moonshot AI", None, 68.5, None, None, None)], 2, "index"),
    "keyed JSON": (KEYED, [("gpt-5", "", None, 1431.0, None, None, 9), ("kimi-k3", "", None, 1425.0, None, None, 8)], 2, "rating"),
    "HTML": (HTML, [("gpt-5 (high)", "", None, 88.0, None, None, None), ("kimi-k3", "", None, 84.9, None, None, None)], 2, "percent"),
    "Markdown": (MARKDOWN, [("gpt-5", "OpenAI", 1, 76.53, None, None, None), ("kimi-k3", "月之暗面", 2, 70.1, None, None, None),
                            ("human", "", None, 90.0, None, None, None)], 3, "index"),
}  # fmt: skip


@pytest.fixture
def boards(topspot: Topspot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of an installed copy's own source files, which the command line knows."""
    folder = tmp_path / "boards"
    folder.mkdir()
    monkeypatch.setenv("TOPSPOT_BOARDS_DIR", str(folder))
    return folder


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with Site() as site:
        monkeypatch.setenv("TOPSPOT_MIRROR", site.address)
        yield site


def payload(body: bytes, url: str = PAGE) -> Payload:
    return Payload(url, body, hashlib.sha256(body).hexdigest(), "", datetime(2026, 8, 22, 4, tzinfo=UTC))


def everything_in(folder: Path) -> list[str]:
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"
    )


@pytest.mark.parametrize(("body", "rows", "count", "scale"), DRAFTS.values(), ids=DRAFTS)
def test_what_an_address_sends_becomes_a_source_that_reads_it(
    topspot: Topspot, boards: Path, web: Site, body: bytes, rows: list[tuple[object, ...]], count: int, scale: str
) -> None:
    web.answer(PAGE, body=body)

    ended = topspot("sources", "new", "my-board", PAGE)

    assert (ended.code, ended.err) == (0, "")
    assert [asked.url for asked in web.requests] == [ROBOTS, PAGE]
    assert "tests@example.org" in web.requests[0].headers["user-agent"]
    file = find_sources(boards)["my-board"]
    readings = [item for item in file.parse(payload(body)) if isinstance(item, Reading)]
    assert [
        (row.name, row.organization, row.rank, row.rating, row.lower, row.upper, row.votes) for row in readings
    ][: len(rows)] == rows
    assert len(readings) == count
    board = file.source.boards[PAGE]
    assert (board.scale.name, board.fewest_rows, board.intervals) == (scale, count // 2, rows[0][4] is not None)
    assert (file.source.terms.fetch, file.source.dated) == (None, False)
    assert "not looked up" in file.source.terms.note
    case = boards / "cases" / "my-board" / "first"
    approved = Case(case, json.loads((case / "expected.json").read_text(encoding="utf-8")))
    found = read(file, approved.payload)
    assert found["readings"]
    assert found == {kind: approved.expected.get(kind, []) for kind in found}


def test_a_case_has_few_rows(topspot: Topspot, boards: Path, web: Site) -> None:
    web.answer(PAGE, body=CSV)

    topspot("sources", "new", "my-board", PAGE)

    body = boards / "cases" / "my-board" / "first" / "body.csv"
    assert body.read_bytes().splitlines() == CSV.splitlines()[:6]


@pytest.mark.parametrize(
    ("robots", "answer", "said"),
    [
        (b"", {"body": b"<html><p>Just a moment</p></html>"}, f"{PAGE}: no table was found"),
        (b"", {"body": b"model,maker\na,x\nb,y\n"}, f"{PAGE}: no table has a column of names and one of numbers"),
        (b"", {"body": b"model,score\na,1\na,2\na,3\nb,4\nc,5\nd,6\n"}, f"{PAGE}: no table has a column of names"),
        (b"", {"body": b"model,score\n" + b"a,1\na,2\na,3\n" + b"".join(b"b%d,1\n" % n for n in range(20))}, "what the draft reads cannot be so: several publications mixed"),
        (b"", {"status": 404}, f"{PAGE}: 404 Not Found"),
        (b"User-agent: *\nDisallow: /rows\n", {"body": CSV}, f"{PAGE}: robots.txt of board.example forbids this address"),
    ],
)  # fmt: skip
def test_where_no_draft_reads_back_nothing_is_written(
    topspot: Topspot, boards: Path, web: Site, robots: bytes, answer: dict[str, object], said: str
) -> None:
    web.answer(ROBOTS, body=robots)
    web.answer(PAGE, **answer)  # type: ignore[arg-type]  # arguments by name

    ended = topspot("sources", "new", "my-board", PAGE)

    assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1)
    assert ended.err.startswith(f"topspot: {said}")
    assert everything_in(boards) == []


def test_a_private_address_is_not_asked(topspot: Topspot, boards: Path) -> None:
    with Site() as site:
        ended = topspot("sources", "new", "my-board", f"{site.address}/rows")

    assert (ended.code, site.connections) == (1, 0)
    assert "private" in ended.err
    assert everything_in(boards) == []


def test_a_file_becomes_a_source_of_imports(topspot: Topspot, boards: Path, tmp_path: Path) -> None:
    (tmp_path / "rows-2026-08-20.csv").write_bytes(CSV)

    ended = topspot("sources", "new", "my-board", "rows-2026-08-20.csv")

    source = find_sources(boards)["my-board"].source
    assert (ended.code, ended.err) == (0, "")
    assert (source.addresses, [board.key for board in source.imports]) == ((), ["my-board"])
    expected = json.loads((boards / "cases" / "my-board" / "first" / "expected.json").read_text(encoding="utf-8"))
    assert (expected["name"], expected["readings"][0]["published_on"]) == ("rows-2026-08-20.csv", "2026-08-20")
    assert topspot("import", "my-board", "rows-2026-08-20.csv", "--json").object["rows"] == 6


def test_a_file_without_a_date_is_of_the_day_that_is_said(topspot: Topspot, boards: Path, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_bytes(CSV)

    said = topspot("sources", "new", "my-board", "rows.csv", "--published", "2026-08-20")
    unsaid = topspot("sources", "new", "other-board", "rows.csv")

    expected = json.loads((boards / "cases" / "my-board" / "first" / "expected.json").read_text(encoding="utf-8"))
    assert (expected["name"], expected["readings"][0]["published_on"]) == ("2026-08-20-rows.csv", "2026-08-20")
    assert (said.err, unsaid.code) == ("", 0)
    assert "rows.csv has no date in its name" in unsaid.err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("lmarena", "there is such a source already"),
        ("My_Board", "no name for a source"),
        ("taken", "cases/taken"),
    ],
)
def test_a_name_that_cannot_be_taken_is_refused(
    topspot: Topspot, boards: Path, tmp_path: Path, name: str, said: str
) -> None:
    (tmp_path / "rows.csv").write_bytes(CSV)
    (boards / "cases" / "taken").mkdir(parents=True)

    ended = topspot("sources", "new", name, "rows.csv")

    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert everything_in(boards) == []


def test_without_a_folder_to_write_to_nothing_is_fetched(topspot: Topspot, web: Site) -> None:
    ended = topspot("sources", "new", "my-board", PAGE)

    assert (ended.code, ended.err.count("\n"), web.requests) == (2, 1, [])
    assert "set TOPSPOT_BOARDS_DIR" in ended.err


def _clone(folder: Path, heading: str = "## Sources") -> Path:
    (folder / "scrapers" / "boards").mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[project]\nname = "topspot"\n')
    table = f"| {' | '.join(COLUMNS)} |\n|---|---|---|---|---|---|\n| `a` | A |\n| `z` | Z |\n"
    (folder / "README.md").write_text(f"# Topspot\n\n{heading}\n\n{table}\nMore.\n")
    return folder


def test_in_a_clone_it_writes_the_file_its_case_and_its_row(topspot: Topspot, tmp_path: Path, web: Site) -> None:
    _clone(tmp_path)
    web.answer(PAGE, body=CSV)
    before = everything_in(tmp_path)

    ended = topspot("sources", "new", "my-board", PAGE)

    case = Path("tests", "boards", "cases", "my-board", "first")
    new = {"scrapers/boards/my_board.py", str(case / "body.csv"), str(case / "expected.json")}
    assert (ended.code, set(everything_in(tmp_path)) - set(before)) == (0, new)
    rows = [line for line in (tmp_path / "README.md").read_text().splitlines() if line.startswith("| `")]
    said = f"| `my-board` | The board at {PAGE} | CSV | none stated | not stated | a program |"
    assert rows == ["| `a` | A |", said, "| `z` | Z |"]
    assert find_sources(tmp_path / "scrapers" / "boards")["my-board"].source.key == "my-board"


def test_in_a_clone_without_a_register_nothing_is_written(topspot: Topspot, tmp_path: Path, web: Site) -> None:
    _clone(tmp_path, heading="## Others")
    web.answer(PAGE, body=CSV)
    before = everything_in(tmp_path)

    ended = topspot("sources", "new", "my-board", PAGE)

    assert (ended.code, everything_in(tmp_path)) == (1, before)
    assert "it has no table" in ended.err


@pytest.fixture
def drafted(topspot: Topspot, boards: Path, web: Site) -> Topspot:
    """Give the command line with a source that was drafted from an address."""
    web.answer(PAGE, body=CSV)
    assert topspot("sources", "new", "my-board", PAGE).code == 0
    return topspot


def test_a_trial_visit_shows_what_is_read_and_records_nothing(drafted: Topspot, tmp_path: Path, web: Site) -> None:
    ended = drafted("sources", "test", "my-board", "--json")

    [tried] = ended.object["payloads"]
    assert (ended.code, web.asked(PAGE)) == (0, 2)
    assert [(each["rows"], each["first"], each["reasons"]) for each in tried["publications"]] == [
        (6, ["gpt-5", "kimi-k3"], [])
    ]
    assert [row["name"] for row in tried["first_rows"]] == ["gpt-5", "kimi-k3", "glm-4.5", "qwen3", "o3"]
    assert (tried["facts"], tried["remarks"], tried["error"]) == (1, [], None)
    assert (tried["compared_with"], tried["differences"]) == (
        "the case first",
        ["my-board · overall: 6 rows; before 5"],
    )
    assert [path.name for path in tmp_path.iterdir()] == ["boards"]


def test_a_trial_says_how_the_shape_has_changed(drafted: Topspot, tmp_path: Path) -> None:
    lines = b"rank,model,org,score,95% CI,votes,notes,new\n,kimi-k3,Moonshot AI,1425,+4/-4,,,\n,gpt-5,,1321,,,,\n,o3,,1321,,,,\n"
    (tmp_path / "rows-2026-09-01.csv").write_bytes(lines)

    ended = drafted("sources", "test", "my-board", "rows-2026-09-01.csv", "--json")

    [tried] = ended.object["payloads"]
    assert tried["differences"] == [
        "my-board · overall: 3 rows; before 5",
        "my-board · overall: empty now: rank, votes",
        "my-board · overall: first is kimi-k3; before gpt-5, kimi-k3",
    ]
    assert tried["remarks"] == ["column 'new' is not known and is left out"]
    assert ended.code == 1
    assert "would be held: impossible value: 'gpt-5': a bound is missing (and 1 more rows)" in ended.err


def test_a_trial_that_cannot_read_says_why(drafted: Topspot, tmp_path: Path) -> None:
    (tmp_path / "rows-2026-09-01.csv").write_bytes(b"model,points\na,1\n")

    ended = drafted("sources", "test", "my-board", "rows-2026-09-01.csv")

    assert ended.code == 1
    assert "column 'score' is missing; found 'model, points'" in ended.err
    assert "rows-2026-09-01.csv" in ended.err


def test_what_is_approved_is_what_the_next_trial_compares_with(
    drafted: Topspot, boards: Path, tmp_path: Path
) -> None:
    name = "rows-2099-01-01.csv"
    (tmp_path / name).write_bytes(CSV)

    held = drafted("sources", "test", "my-board", name, "--json")
    approved = drafted("sources", "test", "my-board", name, "--approve", "--json")
    again = drafted("sources", "test", "my-board", name, "--approve")
    after = drafted("sources", "test", "my-board", name, "--json")

    case = boards / "cases" / "my-board" / "rows-2099-01-01"
    assert (held.code, held.object["case"], approved.code, approved.object["case"]) == (1, None, 0, str(case))
    kept = Case(case, json.loads((case / "expected.json").read_text(encoding="utf-8")))
    assert (kept.payload.body, kept.expected["name"]) == (CSV, name)
    assert (
        len(read(find_sources(boards)["my-board"], kept.payload)["readings"])
        == len(kept.expected["readings"])
        == 6
    )
    assert (again.code, "nothing is overwritten" in again.err) == (2, True)
    [tried] = after.object["payloads"]
    assert (tried["compared_with"], tried["differences"]) == ("the case rows-2099-01-01", [])


def test_without_a_case_a_trial_compares_with_what_the_database_accepted(
    drafted: Topspot, boards: Path, tmp_path: Path
) -> None:
    for path in (boards / "cases" / "my-board" / "first").iterdir():
        path.unlink()
    (tmp_path / "rows-2026-08-20.csv").write_bytes(CSV)
    (tmp_path / "rows-2026-08-21.csv").write_bytes(
        b"".join(CSV.splitlines(keepends=True)[:3]).replace(b"OpenAI", b"")
    )

    [first] = drafted("sources", "test", "my-board", "rows-2026-08-21.csv", "--json").object["payloads"]
    drafted("import", "my-board", "rows-2026-08-20.csv")
    [after] = drafted("sources", "test", "my-board", "rows-2026-08-21.csv", "--json").object["payloads"]

    assert (first["compared_with"], first["differences"]) == (None, [])
    assert after["compared_with"] == "what the database accepted last"
    assert after["differences"] == ["my-board · overall: 2 rows; before 6"]
    assert after["publications"][0]["reasons"] == [
        "2 rows, fewer than the 3 that a healthy page has", "2 rows, less than half of the 6 before",
    ]  # fmt: skip


LINKED = '''"""Two pages, of which the first leads to the second, and a legend that both are read with."""

from scrapers.boards import Links
from topspot.domain.values import PERCENT, Board, Legend, License, Reading, Remark, Source, Terms

BOARD = Board("linked", "Linked", PERCENT)
SOURCE = Source(
    key="linked", publisher="Example", license=License("CC BY-NC 4.0", "Example", commercial=False),
    boards={"https://board.example/index": BOARD}, terms=Terms(fetch=FETCH, note="page 3 of its terms"),
)


def links(payload):
    leads = payload.url.endswith("index")
    return Links(now=("https://board.example/rows.txt", "https://board.example/legend.txt") if leads else ())


def beside(payload):
    return "legend.txt" if payload.url.endswith("rows.txt") else None


def parse(payload):
    if not payload.url.endswith("rows.txt"):
        yield Legend("leads to the rows")
        return
    yield Remark("a remark")
    name = payload.beside.body.decode() if payload.beside else "nobody"
    yield Reading("linked", "overall", payload.fetched_at.date(), name, rating=50.0)
'''


def test_a_trial_follows_links_and_finds_what_is_read_beside(topspot: Topspot, boards: Path, web: Site) -> None:
    (boards / "linked.py").write_text(LINKED.replace("FETCH", "None"))
    for name, body in (("index", b"index"), ("rows.txt", b"rows"), ("legend.txt", b"gpt-5")):
        web.answer(f"https://board.example/{name}", body=body)

    tried = {one["payload"][22:]: one for one in topspot("sources", "test", "linked", "--json").object["payloads"]}

    assert set(tried) == {"index", "rows.txt", "legend.txt"}
    assert [row["name"] for row in tried["rows.txt"]["first_rows"]] == ["gpt-5"]
    assert (tried["rows.txt"]["remarks"], tried["index"]["legends"]) == (["a remark"], ["leads to the rows"])


def test_a_file_is_tried_with_the_one_beside_it_and_approved_with_it(
    topspot: Topspot, boards: Path, tmp_path: Path
) -> None:
    (boards / "linked.py").write_text(LINKED.replace("FETCH", "None"))
    (tmp_path / "2026-08-20-rows.txt").write_bytes(b"rows")
    (tmp_path / "2026-08-20-legend.txt").write_bytes(b"kimi-k3")
    (tmp_path / "2026-08-21-legend.txt").write_bytes(b"gpt-5")

    ended = topspot("sources", "test", "linked", "2026-08-20-rows.txt", "--approve", "--json").object

    [tried] = ended["payloads"]
    case = boards / "cases" / "linked" / "2026-08-20-rows"
    assert [row["name"] for row in tried["first_rows"]] == ["kimi-k3"]
    assert ended["case"] == str(case)
    kept = Case(case, json.loads((case / "expected.json").read_text(encoding="utf-8"))).payload
    assert kept.beside
    assert (kept.name, kept.beside.name, kept.beside.body) == (
        "2026-08-20-rows.txt",
        "2026-08-20-legend.txt",
        b"kimi-k3",
    )


def test_a_source_whose_terms_forbid_visits_says_so_and_is_not_visited(
    topspot: Topspot, boards: Path, web: Site
) -> None:
    (boards / "linked.py").write_text(LINKED.replace("FETCH", "False"))

    shown, tried = topspot("sources", "show", "linked"), topspot("sources", "test", "linked")

    assert "it cannot be switched on" in " ".join(shown.out.split())
    assert (tried.code, web.requests) == (2, [])
    assert "its terms forbid automated access" in tried.err


def test_show_gives_everything_that_is_declared(topspot: Topspot, boards: Path) -> None:
    (boards / "linked.py").write_text(LINKED.replace("FETCH", "None"))

    said = topspot("sources", "show", "linked", "--json").object
    drawn = topspot("sources", "show", "linked").out

    assert said == {
        "source": "linked",
        "what": "Two pages, of which the first leads to the second, and a legend that both are read with",
        "publisher": "Example", "format": None, "addresses": ["https://board.example/index"], "history": [],
        "visited_by": "a program", "off": None, "key_header": None, "every_seconds": 86400, "dated": True, "needs": [],
        "license": {"name": "CC BY-NC 4.0", "credit": "Example", "commercial": False},
        "terms": {"fetch": None, "store": None, "show": None, "export": None, "note": "page 3 of its terms"},
        "boards": [{
            "key": "linked", "name": "Linked", "scale": "percent", "low": 0.0, "high": 100.0, "best": "highest",
            "rated": True, "intervals": False, "decided_by": "points", "categories": [], "fewest_rows": 1, "trust": [],
        }],
    }  # fmt: skip
    for words in (
        "every 24 h",
        "CC BY-NC 4.0",
        "not looked up",
        "page 3 of its terms",
        "percent 0 to 100",
        "points",
    ):
        assert words in drawn


def test_show_of_every_packaged_source(topspot: Topspot) -> None:
    for key in find_sources():
        ended = topspot("sources", "show", key)

        assert (ended.code, ended.err) == (0, "")
        assert key in ended.out


def test_the_listing_is_what_sources_alone_gives(topspot: Topspot, tmp_path: Path) -> None:
    prepare(f"sqlite:///{tmp_path / 'topspot.db'}")

    listed = topspot("sources", "--json")

    assert [row["source"] for row in listed.objects] == list(find_sources())
    assert "lmarena" in topspot("sources").out


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("show", "nowhere"), "there is no source 'nowhere'"),
        (("test", "nowhere"), "there is no source 'nowhere'"),
        (("test", "lmarena-csv"), "lmarena-csv is read from files only"),
        (("test", "lmarena-csv", "nothing.csv"), "there is no such file"),
        (("test", "lmarena", "--approve"), "--approve, --board and --published are about a FILE"),
    ],
)
def test_a_wrong_call_is_one_line(topspot: Topspot, call: tuple[str, ...], said: str) -> None:
    ended = topspot("sources", *call)

    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert said in ended.err
