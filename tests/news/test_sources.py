"""The list of news sources, and an operator's own."""

from pathlib import Path

import pytest

from scrapers.news.sources import KINDS, BrokenFeedsFile, find_news_sources

LINE = 'mine = { name = "Mine", address = "https://mine.example/feed", kind = "press", language = "en", terms = "asked" }'


def found(tmp_path: Path, text: str) -> dict[str, object]:
    file = tmp_path / "feeds.toml"
    file.write_text(text, encoding="utf-8")
    return dict(find_news_sources(file))


def test_there_are_sources_of_each_kind_and_of_both_languages() -> None:
    sources = find_news_sources().values()

    assert len(sources) >= 30
    assert {source.kind for source in sources} == set(KINDS)
    assert {source.language for source in sources} == {"en", "zh"}
    assert all(source.address.startswith("https://") for source in sources)


def test_a_second_file_adds_to_the_packaged_sources(tmp_path: Path) -> None:
    both = found(tmp_path, LINE + "\n" + LINE.replace("mine", "other").replace("}", ', page = "anthropic" }'))

    assert set(both) == {*find_news_sources(), "mine", "other"}
    assert find_news_sources(tmp_path / "feeds.toml")["other"].page == "anthropic"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mine = \n", "line 1"),
        (f"{LINE}\n{LINE}\n", "line 2"),
        ("mine = 3", "'mine' is no table"),
        (LINE.replace("mine =", '"Mine!" ='), "'Mine!' should be a key"),
        (LINE.replace('name = "Mine", ', ""), "'mine' has no name"),
        (LINE.replace('"Mine"', "3"), "name should be a text"),
        (LINE.replace('"Mine"', '"a\\nb"'), "name should be a text"),
        (LINE.replace("https", "file"), "address should begin with"),
        (LINE.replace("https://mine", "https://user:secret@mine"), "address should begin with"),
        (LINE.replace('"press"', '"gossip"'), "kind should be one of official"),
        (LINE.replace('"en"', '"english"'), "language should be two letters"),
        (LINE.replace("}", ', page = "nowhere" }'), "page should be one of anthropic"),
        (LINE.replace("}", ", every = 3 }"), "has 'every', which is not known"),
        (LINE.replace("mine =", "openai ="), "'openai' is declared in feeds.toml already"),
        (
            LINE.replace("https://mine.example/feed", "https://openai.com/news/rss.xml"),
            "has the address of 'openai'",
        ),
    ],
)
def test_a_wrong_line_is_named_with_its_file(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BrokenFeedsFile) as caught:
        found(tmp_path, text)

    assert said in str(caught.value)
    assert str(tmp_path / "feeds.toml") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "feeds.toml").write_bytes(b"\xff")

    with pytest.raises(BrokenFeedsFile, match="not UTF-8"):
        find_news_sources(tmp_path / "feeds.toml")
    with pytest.raises(BrokenFeedsFile, match="cannot be read"):
        find_news_sources(tmp_path / "nothing.toml")
