"""The packaged registry beside all that was captured: how much it knows, and where it says other than a publisher.

Every disagreement is in a table here with its reason. What is not in one is a fault of the registry's.
"""

import csv
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from scrapers.boards import find_sources
from support.captured import source_of
from topspot.domain.values import Fact, LayoutChanged, Payload, Reading, models_in
from topspot.files import date_in
from topspot.registry import Resolution, load_registry

pytestmark = pytest.mark.captures

REGISTRY = load_registry()

DAY = date(2026, 9, 1)
"""The day of which answers are asked where a row has none: after the last capture."""


class Entry(NamedTuple):
    """What a source prints of a model, as far as the registry is asked about it."""

    source: str
    name: str
    organization: str
    license: str = ""
    models: tuple[str, ...] = ()

    def resolved(self) -> Resolution:
        return _resolved(self)

    def country(self) -> str | None:
        developer = REGISTRY.developers.get(self.resolved().developer or "")
        return developer.country_on(DAY) if developer else None

    def open(self) -> bool | None:
        found = self.resolved()
        return REGISTRY.open_on(DAY, found.developer, found.model, found.family, found.license_open)[0]


@cache
def _resolved(entry: Entry) -> Resolution:
    return REGISTRY.resolve(entry.name, entry.organization, entry.license, entry.source, entry.models)


class Captured(NamedTuple):
    """All entries: how many standings each has, and what else was said of it; and those of LMArena's dataset."""

    standings: Counter[Entry]
    details: Mapping[Entry, set[str]]
    ranked: list[Reading]

    def of(self, *sources: str) -> list[Entry]:
        return [entry for entry in self.standings if entry.source in sources]

    def details_of(self, source: str) -> Iterator[tuple[Entry, dict[str, Any]]]:
        for entry in self.of(source):
            for text in sorted(self.details.get(entry, ())):
                yield entry, json.loads(text)


@pytest.fixture(scope="module")
def captured(captures: Path) -> Captured:
    standings: Counter[Entry] = Counter()
    details = defaultdict(set)
    ranked = []
    for source, item in items(captures / "leaderboards"):
        entry = Entry(source, item.name, item.organization, models=models_in(item.detail))
        standings[entry] += isinstance(item, Reading)
        if item.detail:
            details[entry].add(item.detail)
        if source == "lmarena":
            ranked.append(item)
    assert standings.total() > 490_000
    return Captured(standings, details, ranked)


def items(folder: Path) -> Iterator[tuple[str, Reading | Fact]]:
    """Read every file that the manifest names, as an import does."""
    sources = find_sources()
    with (folder / "MANIFEST.csv").open(encoding="utf-8-sig", newline="") as lines:
        told = [(row["file"], row["date"]) for row in csv.DictReader(lines)]
    for file, day in told:
        key = source_of(file)
        payload = payload_of(folder / file, day)
        asks = sources[key].beside
        if asks and (name := asks(payload)):
            [beside] = sorted((folder / key).rglob(f"*{name}"))
            payload = replace(payload, beside=payload_of(beside, ""))
        try:
            read = list(sources[key].parse(payload))
        except LayoutChanged:
            continue
        yield from ((key, item) for item in read if isinstance(item, Reading | Fact))


def payload_of(path: Path, day: str) -> Payload:
    on = None if date_in(path.name) else date_in(day)
    body = path.read_bytes()
    now = datetime(2026, 11, 1, tzinfo=UTC)
    return Payload(f"file:{path.name}", body, hashlib.sha256(body).hexdigest(), "", now, published_on=on)


# how much is known

KNOWN = {
    "aider": (98.7, 98.0),
    "artificial-analysis": (100.0, 100.0),
    "bfcl": (98.0, 97.8),
    "epoch": (98.7, 100.0),
    "livebench": (98.9, 99.7),
    "lmarena": (99.3, 99.9),
    "lmarena-catalog": (100.0, 100.0),
    "lmarena-csv": (99.7, 99.9),
    "lmarena-page": (59.0, 99.8),
    "lmarena-tables": (99.7, 100.0),
    "superclue": (98.0, 98.2),
    "swebench": (75.0, 69.0),
}
"""Percent of the entries, and of the standings, of a source that have a developer and a country, at least.

SWE-bench ranks agents, of which a quarter have no model in their name or beside it. LMArena's pages list code names in hundreds. The
rest are developers whose country is not known (BitAgent, Watt AI, OpenBuddy, ThinkAgents) or disputed (Recraft).
"""

NO_DEVELOPERS = {"Stealth", "OpenRouter", "boss-bandit"}
"""What stands in the place of an organization and is none."""


def share(entries: list[Entry], weights: Mapping[Entry, int]) -> float:
    """Give the percentage, by weight, of the entries that have a developer and a country."""
    whole = sum(weights[entry] for entry in entries)
    return 100 * sum(weights[entry] for entry in entries if entry.country()) / whole if whole else 100.0


def is_code_name(entry: Entry) -> bool:
    """Say whether an entry is one of those under which LMArena and LiveBench hide who they are."""
    hidden = (entry.source == "lmarena-page" and not entry.organization) or entry.organization in NO_DEVELOPERS
    return hidden and not entry.resolved().developer


@pytest.mark.parametrize("source", KNOWN)
def test_of_a_source_so_much_has_a_developer_and_a_country(captured: Captured, source: str) -> None:
    entries = captured.of(source)
    found = share(entries, dict.fromkeys(entries, 1)), share(entries, captured.standings)

    assert all(ours >= least for ours, least in zip(found, KNOWN[source], strict=True)), found


def test_every_source_that_was_captured_has_its_floor(captured: Captured) -> None:
    assert {entry.source for entry in captured.standings} == set(KNOWN)


def test_of_all_standings_so_many_have_a_developer_and_a_country(captured: Captured) -> None:
    entries = list(captured.standings)

    assert share(entries, captured.standings) >= 99.8


def test_of_all_entries_but_code_names_so_many_have_a_developer_and_a_country(captured: Captured) -> None:
    """An agent counts as known where its models stood beside it at any time: SWE-bench tells them later."""
    ways = defaultdict(list)
    for entry in captured.standings:
        if not is_code_name(entry):
            ways[entry.source, entry.name, entry.organization].append(entry)

    assert len(ways) > 5000
    assert sum(any(map(Entry.country, each)) for each in ways.values()) / len(ways) >= 0.982


def test_where_an_organization_is_printed_nearly_all_is_known(captured: Captured) -> None:
    entries = [entry for entry in captured.standings if entry.organization]

    assert share(entries, captured.standings) >= 99.9
    assert {each.organization for each in entries if not each.resolved().developer} == NO_DEVELOPERS


def test_what_has_no_developer_is_a_code_name_an_agent_or_a_work_of_nobody_s(captured: Captured) -> None:
    unknown = {entry for entry in captured.standings if not entry.resolved().developer and not is_code_name(entry)}

    assert {each.name for each in unknown if each.source not in ("swebench", "lmarena-page")} == {
        "elephant-alpha",  # code names that LiveBench ranks
        "ox-alpha-max",
        "DeepSeek R1 + claude-3-5-sonnet-20241022",  # two developers
        "ViLAMP-llava-qwen",  # academic groups, of which Epoch says nothing
        "LinVT",
        "long-llava-qwen2-7b",
        "Chat-Uni-Vi-7B-v1.5 + 100k SG-WV",
        "SliME-Llama3-8B",
        "sharegpt4video-8b",
        "ml-elephant",
    }


def test_whoever_leads_a_captured_board_is_a_developer_with_a_country(captured: Captured) -> None:
    assert len(captured.ranked) > 80_000
    boards = defaultdict(list)
    for row in captured.ranked:
        boards[row.board, row.category, row.published_on].append(row)
    for where, rows in boards.items():
        bar = max(row.lower for row in rows)
        for row in rows:
            if row.upper < bar:
                continue
            key = Entry("lmarena", row.name, row.organization).resolved().developer
            assert key, (where, row.organization)
            assert REGISTRY.developers[key].country_on(row.published_on) or key == "recraft", (where, key)


# what publishers say themselves

TSINGHUA = "LMArena names the university; ChatGLM by its name alone is Zhipu's, who develop it with Tsinghua"

STEALTH = "LiveBench's map still hides whose it was; the name was told later"

OTHER_BY_NAME = {
    ("ChatGLM-6B", "Tsinghua"): TSINGHUA,
    ("ChatGLM2-6B", "Tsinghua"): TSINGHUA,
    ("ChatGLM3-6B", "Tsinghua"): TSINGHUA,
    ("sonoma-sky-alpha", "Stealth"): STEALTH,
    ("sonoma-dusk-alpha", "Stealth"): STEALTH,
}
"""Entries whose name alone says another developer than their organization."""

UNTOLD_BY_NAME = 45
"""So many entries with an organization have names that say nothing without it, at most: code names, common words."""


def test_a_name_alone_says_what_the_organization_beside_it_does(captured: Captured) -> None:
    """LiveBench's map, LMArena's registry of models, and every organization column."""
    given = [entry for entry in captured.standings if entry.organization]
    alone = {entry: entry._replace(organization="").resolved().developer for entry in given}
    told = {entry: entry.resolved().developer for entry in given}

    other = {(each.name, each.organization) for each in given if alone[each] and alone[each] != told[each]}
    assert other == set(OTHER_BY_NAME)
    assert sum(alone[entry] is None for entry in given) <= UNTOLD_BY_NAME


CODES = {
    "Canada": "CA",
    "China": "CN",
    "France": "FR",
    "United Arab Emirates": "AE",
    "United Kingdom of Great Britain and Northern Ireland": "GB",
    "United States of America": "US",
}

SEVERAL_COUNTRIES = {
    ("United States of America,China", "CN"): "Eurus-2: led by Tsinghua, with others in the US",
    ("United States of America,China", "US"): "NVILA: led by NVIDIA, with Tsinghua among others",
    ("United States of America,Germany", "US"): "GPT-J and the like: led by EleutherAI",
    ("United States of America,France", "FR"): "BLOOM: led by BigScience",
    ("China,Hong Kong", "CN"): "InternVL2.5: led by Shanghai AI Lab",
}
"""Cells of Epoch's with several countries, and the one of who led."""


def test_the_country_is_the_one_that_epoch_states(captured: Captured) -> None:
    stated = {
        (detail["country"], entry.country(), entry.name)
        for entry, detail in captured.details_of("epoch")
        if detail.get("country")
    }

    assert len(stated) > 450
    for cell, ours, name in stated:
        assert CODES.get(cell, cell) == ours or (cell, ours) in SEVERAL_COUNTRIES, name
    assert {(cell, ours) for cell, ours, _ in stated if "," in cell} == set(SEVERAL_COUNTRIES)


OTHER_WEIGHTS_THAN_EPOCH = {
    "codestral-2501": "Epoch tells of Codestral 22B; 25.01 was only ever served",
    "grok-2-1212": "served only at first; xAI gave the weights out in August 2025",
}


def test_weights_are_open_where_epoch_says_so(captured: Captured) -> None:
    stated = {
        (entry, detail["accessibility"].startswith("Open weights"))
        for entry, detail in captured.details_of("epoch")
        if detail.get("accessibility")
    }

    assert len(stated) > 400
    assert {entry.name for entry, theirs in stated if entry.open() is not theirs} == set(OTHER_WEIGHTS_THAN_EPOCH)


BASE = "the board names what it was trained from"

OTHER_MODELS_THAN_SWEBENCH = {
    "SWE-Fixer (Qwen2.5-7b retriever + Qwen2.5-72b editor) 20241128": BASE,
    "SWE-Fixer (Qwen2.5-7b retriever + Qwen2.5-72b editor)": BASE,
    "SWE-agent + SWE-agent-LM-32B": BASE,
    "Skywork-SWE-32B": BASE,
    "Skywork-SWE-32B + TTS(Bo8)": BASE,
    "RAG + SWE-Llama 7B": "the board names the family without the size",
    "Moatless Tools + Deepseek V3": "the board names the service, behind which V3 was",
    "Tools + Claude 3.5 Haiku": "the board's tag is of Claude 3 Haiku: its mistake",
    "TRAE + Doubao-Seed-Code": "the board names a helper as well, of the same developer",
    "ExpeRepair-v1.0 + Claude 4 Sonnet": "the board names helpers as well, the name does not",
}
"""Systems whose name says other models than the board's own list of them."""


def test_the_models_of_a_system_are_those_that_swebench_lists(captured: Captured) -> None:
    other, same = set(), 0
    for entry, detail in captured.details_of("swebench"):
        ours = entry._replace(models=()).resolved().model
        if ours is None or not detail.get("models"):
            continue  # a name that says none takes them from the board
        theirs = [REGISTRY.resolve(each.rpartition("/")[2]).model or "?" for each in detail["models"]]
        same += sorted(set(theirs)) == sorted(ours.split("+"))
        if sorted(set(theirs)) != sorted(ours.split("+")):
            other.add(entry.name)

    assert other == set(OTHER_MODELS_THAN_SWEBENCH)
    assert same > 100


NOT_FILLED_IN = "the board's flag is unset by default, and the weights are there for all"

NOT_OPEN = "the board's flag is of the system; the model is only served"

OTHER_WEIGHTS_THAN_SWEBENCH = {
    "AppMap Navie + GPT 4o (2024-05-13)": NOT_OPEN,
    "OpenHands + GPT-5": NOT_OPEN,
    "RAG + SWE-Llama 13B": NOT_FILLED_IN,
    "RAG + SWE-Llama 7B": NOT_FILLED_IN,
    "SWE-Fixer (Qwen2.5-7b retriever + Qwen2.5-72b editor) 20241128": NOT_FILLED_IN,
    "Lingma Agent + Lingma SWE-GPT 72b (v0925)": NOT_FILLED_IN,
    "Lingma Agent + Lingma SWE-GPT 72b (v0918)": NOT_FILLED_IN,
    "Lingma Agent + Lingma SWE-GPT 7b (v0925)": NOT_FILLED_IN,
    "Lingma Agent + Lingma SWE-GPT 7b (v0918)": NOT_FILLED_IN,
    "mini-SWE-agent + Qwen3 Coder 480B/A35B Instruct": NOT_FILLED_IN,
    "mini-SWE-agent + Qwen2.5-Coder 32B Instruct": NOT_FILLED_IN,
    "mini-SWE-agent + Llama 4 Maverick Instruct": NOT_FILLED_IN,
    "mini-SWE-agent + Llama 4 Scout Instruct": NOT_FILLED_IN,
    "Qwen3 Coder 480B/A35B Instruct": NOT_FILLED_IN,
    "Qwen2.5-Coder 32B Instruct": NOT_FILLED_IN,
    "Llama 4 Maverick Instruct": NOT_FILLED_IN,
    "Llama 4 Scout Instruct": NOT_FILLED_IN,
    "FrogBoss-32B-2510": NOT_FILLED_IN,
    "FrogMini-14B-2510": NOT_FILLED_IN,
}


def test_weights_are_open_where_swebench_says_so(captured: Captured) -> None:
    stated = {
        (entry, detail["open_model"])
        for entry, detail in captured.details_of("swebench")
        if "open_model" in detail
    }

    other = {entry.name for entry, theirs in stated if entry.open() not in (None, theirs)}
    assert other == set(OTHER_WEIGHTS_THAN_SWEBENCH)


# what was labelled by hand

NO_MODEL_IN_THE_NAME = "an agent that does not name its model, which only the board's own tag says"

LABELLED_OTHERWISE = {
    "developer": {},
    "country": {
        "devlo": NO_MODEL_IN_THE_NAME,
        "Zencoder (2025-04-01)": NO_MODEL_IN_THE_NAME,
        "SWE-Exp": NO_MODEL_IN_THE_NAME,
        "Codefuse_Pycfuse_SVR": NO_MODEL_IN_THE_NAME,
        "PatchPilot-v1.1": NO_MODEL_IN_THE_NAME,
        "sharegpt4video-8b": "several universities, none of which led: no developer, so no country",
    },
    "model": {
        "ollama/mistral-small": "which Mistral Small it was is known from the day alone",
    },
    "open weights": {
        "devlo": NO_MODEL_IN_THE_NAME,
        "Zencoder (2025-04-01)": NO_MODEL_IN_THE_NAME,
        "SWE-Exp": NO_MODEL_IN_THE_NAME,
        "Codefuse_Pycfuse_SVR": NO_MODEL_IN_THE_NAME,
        "PatchPilot-v1.1": NO_MODEL_IN_THE_NAME,
        "sharegpt4video-8b": "nobody's, so nothing is listed of it",
        "SliME-Llama3-8B": "nobody's, so nothing is listed of it",
        "MCTS-Refine-7B": "nobody's, so nothing is listed of it",
        "DeepSeek R1 + claude-3-5-sonnet-20241022": "two models, of which one is open",
        "kimi-k3": "labelled as of 2026-07-17; the weights came on 07-27, and the row says no day",
    },
}
"""Labelled rows where the registry says something else or nothing, and why."""

SCORES = {"developer": 0.999, "country": 0.996, "model": 0.998, "open weights": 0.993}
"""The share of the labelled rows that the registry has right, at least."""


class Label(NamedTuple):
    entry: Entry
    row: dict[str, str]

    def accepted(self, column: str, note: str) -> set[str]:
        """Give the answers to accept, those of the note among them."""
        notes = re.findall(rf"(?:^|; ){note}_ok=([^;]*)", self.row["note"])
        return {self.row[column], *(each for text in notes for each in text.split("|"))}


@pytest.fixture(scope="module")
def labels(captures: Path) -> list[Label]:
    return [
        Label(Entry(row["source"], row["model_raw"], row["organization_raw"], row["license_raw"]), row)
        for row in labelled(captures, "entities-labelled.csv")
    ]


def labelled(captures: Path, name: str) -> list[dict[str, str]]:
    file = captures.parent / "reference" / name
    if not file.is_file():
        pytest.skip(f"no {file}")
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def alike(model: str | None) -> str:
    return re.sub(r"[._\s-]+", "-", (model or "?").casefold())


def judged(label: Label) -> Iterator[tuple[str, bool]]:
    """Say of each measure that a label settles whether the registry agrees."""
    entry, row = label
    found = entry.resolved()
    if row["developer_key"] == "multiple" or (row["developer_key"] == "?" and row["kind"] == "codename"):
        yield "developer", found.developer is None
    elif row["developer_key"] not in ("?", "unknown"):
        yield "developer", (found.developer or "?") in label.accepted("developer_key", "dev")
    if row["country"] not in ("?", ""):
        yield "country", entry.country() in label.accepted("country", "country")
    models = {alike(each) for each in label.accepted("canonical_model", "model")}
    if row["developer_key"] != "?" and not models & {"?", ""}:
        yield "model", alike(found.model) in models
    if row["open_weights"] != "?":
        yield "open weights", entry.open() is (row["open_weights"] == "yes")


@pytest.mark.parametrize("measure", SCORES)
def test_the_labelled_rows_agree_but_for_those_that_are_explained(labels: list[Label], measure: str) -> None:
    agreed = [(label.entry.name, right) for label in labels for what, right in judged(label) if what == measure]

    assert len(agreed) > 1500
    assert {name for name, right in agreed if not right} == set(LABELLED_OTHERWISE[measure])
    assert sum(right for _, right in agreed) / len(agreed) >= SCORES[measure]


def test_no_labelled_code_name_is_guessed(labels: list[Label]) -> None:
    hidden = [each for each in labels if each.row["kind"] == "codename" and each.row["developer_key"] == "?"]

    assert hidden
    assert {each.entry.name for each in hidden if each.entry.resolved().developer} == set()
    assert {each.entry.name for each in hidden if each.entry.resolved().model} == set()


def test_the_labelled_organizations_agree_in_developer_and_country(captures: Path) -> None:
    for row in labelled(captures, "organizations-labelled.csv"):
        key = row["developer_key"] if row["developer_key"] in REGISTRY.developers else None
        assert REGISTRY.resolve("", row["organization_raw"]).developer == key, row
        if key:
            assert (REGISTRY.developers[key].country_on(DAY) or "?") == row["country"], row
