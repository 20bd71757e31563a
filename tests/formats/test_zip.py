import contextlib
import dataclasses
import io
import random
import zipfile
from pathlib import Path

import pytest

from builders import payload
from scrapers.formats import files
from scrapers.formats.zip import is_zip, member_of
from topspot.domain.values import LayoutChanged

TABLE = b"Model version,ECI Score\nglm-4.5,143.11\n"


def zipped(members: dict[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


GOOD = zipped({"readme.txt": b"of many benchmarks", "data/eci.csv": TABLE})


def refusal(body: bytes, name: str = "eci.csv") -> str:
    with pytest.raises(LayoutChanged) as caught:
        member_of(payload(body), name)
    return str(caught.value)


def test_a_file_is_read_out_of_any_folder_of_a_zip() -> None:
    assert member_of(payload(GOOD), "eci.csv") == TABLE
    assert member_of(payload(zipped({"eci.csv": TABLE}, zipfile.ZIP_STORED)), "eci.csv") == TABLE


def test_a_zip_that_lies_in_a_file_is_read_from_there(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(GOOD)
    kept = dataclasses.replace(payload(b""), file=tmp_path / "kept")

    assert is_zip(kept)
    assert member_of(kept, "eci.csv") == TABLE


def test_a_zip_is_told_from_anything_else(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(TABLE)

    assert is_zip(payload(GOOD))
    assert is_zip(payload(zipped({})))
    assert not is_zip(payload(TABLE))
    assert not is_zip(payload(b"PK,Model version\n1,glm-4.5\n"))
    assert not is_zip(dataclasses.replace(payload(GOOD), file=tmp_path / "kept"))


def test_what_is_no_zip_is_refused() -> None:
    assert refusal(TABLE) == "no zip file, or a damaged one (File is not a zip file)"


def test_a_file_that_is_not_there_is_named_with_those_that_are() -> None:
    assert refusal(GOOD, "eci_scores.csv") == "no eci_scores.csv in the zip file; found 'readme.txt, data/eci.csv'"


def test_a_name_has_to_be_the_whole_one() -> None:
    assert refusal(zipped({"old_eci.csv": TABLE})) == "no eci.csv in the zip file; found 'old_eci.csv'"


def test_of_two_files_of_one_name_none_is_taken() -> None:
    body = zipped({"2025/eci.csv": TABLE, "2026/eci.csv": TABLE})

    assert refusal(body) == "2 files called eci.csv in the zip file, expected one"


def test_a_file_that_is_encrypted_is_refused() -> None:
    body = bytearray(zipped({"eci.csv": TABLE}))
    body[body.index(b"PK\x01\x02") + 8] |= 1  # the mark of it in the list of files

    assert refusal(bytes(body)) == "eci.csv in the zip file is encrypted"


def test_a_file_packed_in_another_way_is_refused() -> None:
    assert refusal(zipped({"eci.csv": TABLE}, zipfile.ZIP_BZIP2)) == (
        "eci.csv in the zip file is packed in a way that is not read"
    )


def test_a_file_as_large_as_may_be_is_read_and_a_larger_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_UNPACKED", 2_000_000)
    most = bytes(2_000_000)

    assert member_of(payload(zipped({"eci.csv": most})), "eci.csv") == most
    assert refusal(zipped({"eci.csv": most + b"."})) == "more than the 2,000,000 bytes of one file that are read"


def test_a_zip_that_lies_about_the_size_of_a_file_gives_no_more_than_it_says() -> None:
    body = bytearray(zipped({"eci.csv": bytes(1_000_000)}))
    size = body.index(b"PK\x01\x02") + 24
    body[size : size + 4] = (10).to_bytes(4, "little")

    assert refusal(bytes(body)).startswith("no zip file, or a damaged one (Bad CRC-32")


def test_a_zip_that_is_cut_anywhere_is_refused() -> None:
    for size in range(len(GOOD)):
        assert refusal(GOOD[:size])


def test_a_zip_with_damage_anywhere_is_read_rightly_or_refused() -> None:
    chance = random.Random(20260822)
    for _ in range(2_000):
        body = bytearray(GOOD)
        for _ in range(chance.randint(1, 4)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        with contextlib.suppress(LayoutChanged):
            assert member_of(payload(bytes(body)), "eci.csv") == TABLE
