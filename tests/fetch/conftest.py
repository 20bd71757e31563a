"""The stand-in for the web, and the rule that a visit writes nothing to the terminal."""

from collections.abc import Iterator

import pytest

from standins.site import Site


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as standin:
        yield standin


@pytest.fixture(autouse=True)
def _quiet(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    out, err = capfd.readouterr()
    assert out == ""
    assert err == ""
    assert caplog.records == []
