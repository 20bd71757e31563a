import re
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from topspot.registry import Fact, RegistryError, load_registry


def folder_of(folder: Path, **files: str) -> Path:
    """Write developer files; the name of an argument is the file's, with hyphens for underscores."""
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.toml").write_text(dedent(text), "utf-8")
    return folder


def complaint(folder: Path, **files: str) -> str:
    """Give what loading the files is refused with, without the folder."""
    with pytest.raises(RegistryError) as refused:
        load_registry(folder_of(folder, **files))
    message = str(refused.value)
    assert "\n" not in message
    return message.replace(f"{folder}/", "")


def test_the_packaged_files_load():
    registry = load_registry()

    assert registry.developers["moonshot-ai"].name_zh == "月之暗面"
    assert len(registry.developers) > 40


def test_every_packaged_developer_has_a_country_or_says_why_not():
    for developer in load_registry().developers.values():
        assert developer.countries or developer.note, developer.key


def test_a_file_of_the_extra_folder_adds_a_developer(tmp_path):
    extra = folder_of(
        tmp_path,
        some_lab="""
            name = "Some Lab"
            aliases = ["SomeLab GmbH"]

            [[country]]
            value = "DE"
            source = "https://lab.example"
        """,
    )

    registry = load_registry(extra)

    assert registry.developers["some-lab"].countries == (Fact("DE", None, None, "https://lab.example"),)
    assert registry.resolve("", "somelab gmbh").developer == "some-lab"


def test_a_file_of_the_extra_folder_replaces_the_packaged_one_whole(tmp_path):
    registry = load_registry(folder_of(tmp_path, moonshot_ai='name = "Moonshot"'))

    assert registry.developers["moonshot-ai"].countries == ()
    assert registry.resolve("", "Kimi").developer is None


def test_files_of_editors_and_other_kinds_are_left_alone(tmp_path):
    for name in (".#openai.toml", "_draft.toml", "notes.txt"):
        (tmp_path / name).write_text("not = [TOML")

    assert load_registry(tmp_path).developers.keys() == load_registry().developers.keys()


def test_facts_hold_from_their_first_day_to_the_day_before_their_end():
    manus, xai = (load_registry().developers[key] for key in ("manus", "xai"))

    assert [manus.country_on(date(2025, 6, day)) for day in (17, 18)] == ["CN", "SG"]
    assert [xai.parent_on(day) for day in (date(2025, 1, 1), date(2026, 2, 1), date(2026, 2, 2))] == [
        None,
        "xai-holdings",
        "spacex",
    ]


def test_the_revision_is_that_of_what_the_files_say_not_of_how_they_say_it(tmp_path):
    one, other, different = (tmp_path / name for name in ("one", "other", "different"))
    for folder in (one, other, different):
        folder.mkdir()
    folder_of(one, some_lab='name = "Some Lab"\naliases = ["A lab", "B lab"]\nnote = "n"\n')
    folder_of(other, some_lab='# a comment\r\nnote = "n"\r\naliases = ["B lab", "A lab"]\r\nname = "Some Lab"')
    folder_of(different, some_lab='name = "Some Lab"\naliases = ["A lab", "C lab"]\nnote = "n"\n')

    revisions = [load_registry(folder).revision for folder in (one, other, different)]

    assert revisions[0] == revisions[1]
    assert revisions[0] != revisions[2]
    assert len(bytes.fromhex(revisions[0])) == 32


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(RegistryError, match="no such folder"):
        load_registry(tmp_path / "nowhere")


def test_broken_toml_is_refused_with_its_line(tmp_path):
    assert complaint(tmp_path, lab='name = "Lab"\naliases = [\n"a" "b"]\n').startswith("lab.toml:3: ")


def test_toml_that_ends_too_early_is_refused_with_its_last_line(tmp_path):
    assert complaint(tmp_path, lab='name = "Lab"\naliases = ["a",').startswith("lab.toml:2: ")


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    (tmp_path / "lab.toml").write_bytes(b'name = "\xff"')

    assert complaint(tmp_path) == "lab.toml: is not UTF-8 (byte 8)"


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "lab.toml").mkdir()

    assert complaint(tmp_path).startswith("lab.toml: cannot be read (")


def test_a_file_name_that_is_no_key_is_refused(tmp_path):
    (tmp_path / "Some Lab.toml").write_text('name = "Some Lab"')

    assert complaint(tmp_path).startswith("Some Lab.toml: a file's name is the key")


def test_a_file_without_a_name_is_refused(tmp_path):
    assert complaint(tmp_path, lab="aliases = []") == "lab.toml: 'name' is missing"


def test_an_unknown_key_is_refused_with_its_line(tmp_path):
    assert complaint(tmp_path, lab='name = "Lab"\nalias = ["L"]\n') == (
        "lab.toml:2: unknown key 'alias'; known are aliases, country, family, name, name_zh, note, parent"
    )


def test_an_unknown_key_of_a_fact_is_refused_with_the_line_of_its_table(tmp_path):
    found = complaint(
        tmp_path,
        lab="""\
            name = "Lab"

            [[country]]
            value = "CN"
            source = "https://lab.example"
            from = 2025-01-01
        """,
    )

    assert found == "lab.toml:3: unknown key 'from' in [[country]]; known are since, source, until, value"


def test_a_fact_without_a_source_is_refused(tmp_path):
    assert complaint(tmp_path, lab='name = "Lab"\n[[parent]]\nvalue = "x"\n') == (
        "lab.toml:2: [[parent]] needs a value and a source"
    )


def test_a_source_that_is_no_address_is_refused(tmp_path):
    found = complaint(tmp_path, lab='name = "Lab"\n[[parent]]\nvalue = "x"\nsource = "press"\n')

    assert found == "lab.toml:2: the source of [[parent]] should be an address, found 'press'"


@pytest.mark.parametrize("code", ["UK", "cn", "China", "EU"])
def test_a_country_that_is_no_iso_code_is_refused(tmp_path, code):
    found = complaint(
        tmp_path, lab=f'name = "Lab"\n[[country]]\nvalue = "{code}"\nsource = "https://lab.example"\n'
    )

    assert found == f"lab.toml:3: {code!r} is not an ISO 3166-1 alpha-2 code of a country, such as CN"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name = 7", "lab.toml:1: 'name' should be a text of one line, found 7"),
        ('name = ""', "lab.toml:1: 'name' should be a text of one line, found ''"),
        ('name = "a\\nb"', "lab.toml:1: 'name' should be a text of one line, found 'a\\nb'"),
        ('name = "Lab"\nnote = []', "lab.toml:2: 'note' should be a text of one line, found []"),
        ('name = "Lab"\naliases = "L"', "lab.toml:2: 'aliases' should be a list, found 'L'"),
        ('name = "Lab"\naliases = [1]', "lab.toml:2: an alias should be a name, found 1"),
        ('name = "Lab"\naliases = ["-."]', "lab.toml:2: an alias should be a name, found '-.'"),
        ('name = "Lab"\ncountry = "CN"', "lab.toml:2: 'country' should be tables that begin with [[country]]"),
        (
            'name = "Lab"\n[country]\nvalue = "CN"',
            "lab.toml:2: 'country' should be tables that begin with [[country]]",
        ),
        (
            'name = "Lab"\n[[parent]]\nvalue = "x"\nsource = "https://x.example"\nsince = "2025"',
            "lab.toml:2: 'since' should be a date such as 2026-02-01 without quotes, found '2025'",
        ),
        (
            'name = "Lab"\n[[parent]]\nvalue = "x"\nsource = "https://x.example"\nuntil = 2025-01-01T00:00:00Z',
            "lab.toml:2: 'until' should be a date such as 2026-02-01 without quotes, found datetime.datetime(",
        ),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(tmp_path, text, why):
    assert complaint(tmp_path, lab=text).startswith(why)


def test_a_fact_that_ends_before_it_begins_is_refused(tmp_path):
    found = complaint(
        tmp_path,
        lab="""\
            name = "Lab"
            [[country]]
            value = "CN"
            since = 2025-02-01
            until = 2025-02-01
            source = "https://lab.example"
        """,
    )

    assert found == "lab.toml:2: [[country]] 'CN' ends on 2025-02-01, before it begins on 2025-02-01"


@pytest.mark.parametrize("first_ends", ["", "until = 2025-02-02"])
def test_facts_that_overlap_are_refused(tmp_path, first_ends):
    found = complaint(
        tmp_path,
        lab=f"""\
            name = "Lab"
            [[country]]
            value = "SG"
            since = 2025-02-01
            source = "https://lab.example"
            [[country]]
            value = "CN"
            {first_ends}
            source = "https://lab.example"
        """,
    )

    assert found == "lab.toml:2: [[country]] 'CN' and 'SG' overlap: one needs an end"


@pytest.mark.parametrize("alias", ["OpenAI", "open-ai", "OPEN AI", "\uff2f\uff50\uff45\uff4e\uff21\uff29"])
def test_an_alias_of_two_developers_is_refused_whatever_its_spelling(tmp_path, alias):
    found = complaint(tmp_path, zz_lab=f'name = "Lab"\naliases = [\n  "{alias}",\n]\n')

    assert found.startswith(f"zz-lab.toml:3: {alias!r} also names the developer of ")
    assert found.endswith("openai.toml")


@pytest.mark.parametrize("aliases", ['"L", "L"', '"Some-Lab"', '"x lab", "X.Lab"'])
def test_an_alias_that_its_own_file_says_twice_is_refused(tmp_path, aliases):
    found = complaint(tmp_path, lab=f'name = "Some Lab"\naliases = [{aliases}]\n')

    assert found.startswith("lab.toml:2: alias ")
    assert " is there already, as " in found


FAMILY = '\n[[family]]\nname = "ace"\npattern = \'ace-\\d+\'\nmodels = ["ace-2"]\n'


@pytest.mark.parametrize(
    ("family", "why"),
    [
        (FAMILY.replace("ace-2", "ace two"), "'ace two' of [[family]] 'ace' fits no pattern"),
        (FAMILY.replace("ace-\\d+", "(ace"), "is no regular expression"),
        (FAMILY.replace('models = ["ace-2"]\n', ""), "needs 'models'"),
        (FAMILY.replace("pattern", "patern"), "unknown key 'patern'"),
        (
            FAMILY.replace("ace-\\d+", "claude-\\d+").replace("ace-2", "claude-2"),
            "is claimed by anthropic, some-lab",
        ),
    ],
    ids=["fits nothing", "no expression", "no models", "unknown key", "two developers"],
)
def test_a_wrong_family_is_named_with_its_line(tmp_path: Path, family: str, why: str) -> None:
    (tmp_path / "some-lab.toml").write_text('name = "Some Lab"\n' + family, encoding="utf-8")

    with pytest.raises(RegistryError) as caught:
        load_registry(tmp_path)

    assert why in str(caught.value)
    assert re.match(r".*some-lab\.toml:\d+: |.*anthropic\.toml:\d+: ", str(caught.value))
