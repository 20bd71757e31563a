"""All sources in one run, through one stand-in for the web, with everything that a web does on the way."""

from collections.abc import Iterator

import pytest

from scrapers.boards import SourceFile
from standins.site import Site
from support.databases import rows
from support.runs import run
from support.web import answers, live_files
from topspot.jobs import Report, utc_now
from topspot.settings import Settings

KEY = "an-operators-own-key"

ETAG = '"as published"'


@pytest.fixture
def web() -> Iterator[Site]:
    with Site() as standin:
        yield standin


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory, web: Site) -> Settings:
    folder = tmp_path_factory.mktemp("data")
    return Settings(data_dir=folder, mirror=web.address, download_delay=0, artificial_analysis_key=KEY)


@pytest.fixture
def sources() -> dict[str, SourceFile]:
    return live_files()


def visit(settings: Settings, sources: dict[str, SourceFile]) -> Report:
    """Do one run, now: what prints no date is of the day on which it was seen."""
    return run(settings, sources, clock=utc_now)


def publish(web: Site, *but: str) -> None:
    """Answer each address with its case, once with bytes and then, being asked with a condition, with 304."""
    for url, case in answers().items():
        if url not in but:
            web.answer(url, body=case.payload.body, headers={"ETag": ETAG})
            web.answer(url, status=304)


def test_one_run_visits_every_source_and_the_next_finds_nothing_new(
    web: Site, settings: Settings, sources: dict[str, SourceFile]
) -> None:
    publish(web)

    first, second = visit(settings, sources), visit(settings, sources)

    assert first.problems == []
    assert {key: (each.failed, each.held, each.new > 0) for key, each in first.sources.items()} == dict.fromkeys(
        sources, (0, 0, True)
    )
    assert {key: (each.unchanged, each.new) for key, each in second.sources.items()} == {
        key: (each.visited, 0) for key, each in first.sources.items()
    }
    boards = {each["board"] for each in rows(settings.url, "snapshot")}
    assert boards >= {"livebench", "aider/polyglot", "swebench/Verified", "bfcl/overall", "epoch/eci", "superclue"}


def test_each_host_is_asked_for_its_robots_txt_once_a_run(
    web: Site, settings: Settings, sources: dict[str, SourceFile]
) -> None:
    publish(web)

    visit(settings, sources)

    asked = [each.host for each in web.requests if each.path == "/robots.txt"]
    assert sorted(asked) == sorted(set(asked))
    assert len(asked) == len({url.split("/")[2] for url in answers()})


def test_what_goes_wrong_at_one_site_costs_no_other(
    web: Site, settings: Settings, sources: dict[str, SourceFile]
) -> None:
    bfcl, epoch, superclue, swebench = (
        sources[key].source.addresses[0] for key in ("bfcl", "epoch", "superclue", "swebench")
    )
    moved = "https://raw.githubusercontent.com/moved/README.md"
    publish(web, bfcl, epoch, superclue, swebench)
    web.answer("https://gorilla.cs.berkeley.edu/robots.txt", body=b"User-agent: *\nDisallow: /data")
    web.answer(epoch, status=429, headers={"Retry-After": "3600"})
    web.answer(superclue, status=302, headers={"Location": moved})
    web.answer(moved, body=answers()[superclue].payload.body)
    web.answer(swebench, status=500)

    report = visit(settings, sources)

    failed = {key for key, each in report.sources.items() if each.failed}
    assert failed == {"bfcl", "epoch", "swebench"}
    assert report.sources["superclue"].new > 0
    assert web.asked(bfcl) == 0
    assert web.asked(epoch) == 1
    assert web.asked(swebench) > 1
    said = " ".join(report.problems)
    assert "robots.txt" in said
    assert "429" in said
    assert "500" in said


def test_a_page_in_another_shape_is_held_under_its_source_s_name_and_kept(
    web: Site, settings: Settings, sources: dict[str, SourceFile]
) -> None:
    swebench = sources["swebench"].source.addresses[0]
    publish(web, swebench)
    web.answer(swebench, body=b"<html><title>Just a moment</title></html>")

    report = visit(settings, sources)

    assert {key for key, each in report.sources.items() if each.held} == {"swebench"}
    [problem] = report.problems
    assert problem.startswith("held: swebench/Verified: the page changed: expected JSON")
    assert [each["type"] for each in rows(settings.url, "event")] == ["snapshot.held"]


def test_the_newest_release_is_found_and_a_page_that_leads_nowhere_says_so(
    web: Site, settings: Settings, sources: dict[str, SourceFile]
) -> None:
    only = {"livebench": sources["livebench"]}
    publish(web, "https://livebench.ai/")
    web.answer("https://livebench.ai/", body=b"<html><body>We moved</body></html>")
    web.answer("https://livebench.ai/", body=answers()["https://livebench.ai/"].payload.body)

    report = visit(settings, only)

    assert report.sources["livebench"].held == 1
    assert web.pages == ["https://livebench.ai/"]

    healed = visit(settings, only)

    assert healed.problems == []
    assert [page.rpartition("/")[2] for page in web.pages][-3:-1] == [
        "main.4c1d2e3f.js",
        "categories_2026_06_25.json",
    ]
    assert {each["series"] for each in rows(settings.url, "snapshot")} == {"livebench-2026-06-25"}


def test_an_operator_s_key_goes_to_its_host_only_and_is_kept_nowhere(
    web: Site, settings: Settings, sources: dict[str, SourceFile]
) -> None:
    publish(web)

    visit(settings, sources)

    told = {each.host for each in web.requests if KEY in each.headers.values()}
    assert told == {"artificialanalysis.ai"}
    assert KEY.encode() not in b"".join(
        path.read_bytes() for path in settings.data_dir.rglob("*") if path.is_file()
    )
