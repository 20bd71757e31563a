import csv
import gzip
import hashlib
import http.client
import io
import json
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from topspot.demo.site import EDITIONS, Site, parquet_of

FIRST, SECOND = date(2026, 6, 21), date(2026, 7, 12)

LEADERS = {
    ("webdev", date(2026, 6, 21)): ["claude-fable-5"],
    ("webdev", date(2026, 7, 12)): ["gpt-5.6-sol-xhigh (codex-harness)", "claude-fable-5"],
    ("webdev", date(2026, 7, 16)): ["kimi-k3"],
    ("webdev", date(2026, 7, 27)): ["claude-opus-5-max"],
    ("webdev", date(2026, 8, 19)): ["claude-opus-5-max", "kimi-k3-max"],
    ("text", date(2026, 6, 25)): ["claude-opus-4-6-thinking", "claude-opus-4-6", "claude-fable-5"],
    ("text", date(2026, 7, 16)): ["claude-opus-4-6-thinking", "claude-opus-4-6", "claude-fable-5"],
}


@pytest.fixture
def site():
    with Site() as opened:
        yield opened


def get(site: Site, url: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    """Ask the site for an address of the real ones, as a mirror does."""
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=10)
    connection.request("GET", "/" + url.removeprefix("https://"), headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def address(subset: str) -> str:
    root = "https://huggingface.co/datasets/lmarena-ai/leaderboard-dataset/resolve/main"
    return f"{root}/{subset}/latest-00000-of-00001.parquet"


def location(site: Site, subset: str) -> str:
    redirect, _ = get(site, address(subset))
    assert redirect.status == 302
    return redirect.headers["Location"]


def first_by_points(rows: list[dict]) -> list[str]:
    best = max(row["rating"] for row in rows)
    return [row["model_name"] for row in rows if row["rating"] == best]


def first_by_intervals(rows: list[dict]) -> list[str]:
    bar = max(row["rating_lower"] for row in rows)
    return [row["model_name"] for row in rows if row["rating_upper"] >= bar]


def of_category(rows: list[dict], category: str) -> list[dict]:
    return [row for row in rows if row["category"] == category]


def test_the_dataset_redirects_to_an_address_signed_anew_under_one_linked_etag(site):
    site.publish("webdev", FIRST)

    (one, _), (two, _) = get(site, address("webdev")), get(site, address("webdev"))

    assert one.status == two.status == 302
    assert one.headers["X-Linked-ETag"] == two.headers["X-Linked-ETag"]
    assert one.headers["Location"] != two.headers["Location"]
    assert urlsplit(one.headers["Location"]).path == urlsplit(two.headers["Location"]).path
    assert one.headers["Location"].startswith("https://cas-bridge.xethub.hf.co/xet-bridge-us/")


def test_the_linked_etag_is_the_hash_of_the_bytes_and_not_the_etag_of_the_cdn(site):
    site.publish("webdev", FIRST)

    redirect, _ = get(site, address("webdev"))
    answer, body = get(site, redirect.headers["Location"])

    assert answer.status == 200
    assert redirect.headers["X-Linked-ETag"] == f'"{hashlib.sha256(body).hexdigest()}"'
    assert answer.headers["ETag"] != redirect.headers["X-Linked-ETag"]
    assert answer.headers["Last-Modified"] == "Sun, 21 Jun 2026 03:00:00 GMT"


def test_the_cdn_answers_304_to_whoever_has_the_bytes(site):
    site.publish("webdev", FIRST)
    etag = get(site, location(site, "webdev"))[0].headers["ETag"]

    known, nothing = get(site, location(site, "webdev"), **{"If-None-Match": etag})
    other, body = get(site, location(site, "webdev"), **{"If-None-Match": '"another"'})

    assert (known.status, known.headers["ETag"], nothing) == (304, etag, b"")
    assert other.status == 200
    assert body


def test_publishing_again_serves_the_next_edition_and_keeps_what_was_stored(site):
    site.publish("webdev", FIRST)
    before, _ = get(site, address("webdev"))

    site.publish("webdev", SECOND)
    after, _ = get(site, address("webdev"))

    assert before.headers["X-Linked-ETag"] != after.headers["X-Linked-ETag"]
    assert get(site, before.headers["Location"])[1] == parquet_of("webdev", FIRST)
    assert get(site, after.headers["Location"])[1] == parquet_of("webdev", SECOND)


def test_both_hosts_let_robots_in(site):
    for host in ("huggingface.co", "cas-bridge.xethub.hf.co"):
        answer, body = get(site, f"https://{host}/robots.txt")

        assert (answer.status, body) == (200, b"User-agent: *\nAllow: /\n")


@pytest.mark.parametrize(
    "url",
    [
        address("text"),
        "https://huggingface.co/",
        "https://cas-bridge.xethub.hf.co/xet-bridge-us/0",
        "https://example.org/robots.txt",
    ],
)
def test_what_was_never_published_is_not_found(site, url):
    site.publish("webdev", FIRST)

    assert get(site, url)[0].status == 404


def test_a_publication_that_there_is_not_is_refused_by_name(site):
    with pytest.raises(ValueError, match="the demo has no 'webdev' of 2026-06-22; it has webdev of 2026-06-21, "):
        site.publish("webdev", date(2026, 6, 22))


def test_the_site_writes_nothing_to_standard_error(site, capfd):
    get(site, address("webdev"))

    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("subset", "published_on"), EDITIONS)
def test_each_edition_reads_as_parquet_and_has_the_leaders_of_its_day(site, subset, published_on):
    site.publish(subset, published_on)

    rows = pq.read_table(io.BytesIO(get(site, location(site, subset))[1])).to_pylist()

    overall = of_category(rows, "overall")
    leaders = LEADERS[subset, published_on]
    assert first_by_intervals(overall) == leaders
    assert first_by_points(overall) == leaders[:1]
    assert {row["leaderboard_publish_date"] for row in rows} == {published_on.isoformat()}
    assert [row["rank"] for row in overall] == list(range(1, 13))


@pytest.mark.parametrize(("subset", "count"), [("text", pa.float64()), ("webdev", pa.int64())])
def test_counts_are_floats_in_text_and_whole_elsewhere(subset, count):
    published_on = dict(EDITIONS)[subset]

    schema = pq.read_schema(io.BytesIO(parquet_of(subset, published_on)))

    assert schema.field("rank").type == schema.field("vote_count").type == count
    assert schema.field("rating").type == pa.float64()
    assert schema.field("leaderboard_publish_date").type == pa.string()
    assert schema.names == [
        *("model_name", "organization", "license", "rating", "rating_lower", "rating_upper"),
        *("variance", "vote_count", "rank", "category", "leaderboard_publish_date"),
    ]


def test_the_same_edition_is_the_same_bytes():
    assert parquet_of("webdev", FIRST) == parquet_of("webdev", FIRST)


@pytest.mark.captures
@pytest.mark.parametrize(("subset", "published_on"), EDITIONS)
def test_each_figure_is_that_of_the_captured_publication(captures, subset, published_on):
    captured = captured_rows(captures, subset, published_on)
    figures = ("rating", "rating_lower", "rating_upper", "variance")
    exact = ("organization", "license", "vote_count", "rank")

    for category in {row["category"] for row in demo_rows(subset, published_on)}:
        theirs = of_category(captured, category)
        ours = of_category(demo_rows(subset, published_on), category)

        assert [row["model_name"] for row in ours] == [row["model_name"] for row in theirs[: len(ours)]]
        for row, real in zip(ours, theirs, strict=False):
            assert [row[name] for name in figures] == [round(real[name], 4) for name in figures]
            assert [row[name] for name in exact] == [real[name] for name in exact]
        assert first_by_intervals(ours) == first_by_intervals(theirs)
        assert first_by_points(ours) == first_by_points(theirs)


def demo_rows(subset: str, published_on: date) -> list[dict]:
    return pq.read_table(io.BytesIO(parquet_of(subset, published_on))).to_pylist()


def captured_rows(captures: Path, subset: str, published_on: date) -> list[dict]:
    """Give the rows of the captured file of a subset and a published date, best rating first."""
    for file in (captures / "leaderboards/lmarena/official_dataset_latest").glob(f"*_{subset}.json.gz"):
        captured = json.loads(gzip.decompress(file.read_bytes()))
        if captured["meta"]["leaderboard_publish_date"] == published_on.isoformat():
            return sorted(captured["rows"], key=lambda row: -row["rating"])
    raise AssertionError(f"no capture of {subset} published {published_on}")


def test_the_demo_is_small_and_every_file_of_it_is_an_edition():
    import topspot.demo.site as module

    files = {path.name for path in Path(module.__file__).parent.glob("*.csv")}

    assert files == {f"{subset}-{published_on}.csv" for subset, published_on in EDITIONS}
    for name in files:
        with (Path(module.__file__).parent / name).open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) < 25
