from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from topspot.registry import Fact, RegistryError, check_registry, load_registry
from topspot.registry.load import PACKAGED
from topspot.registry.values import Family, Model, OpenWeights

REGISTRY = load_registry()


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


@pytest.fixture
def nothing_packaged(tmp_path_factory, monkeypatch):
    """Let there be no packaged files, for what is wrong in a file whatever the others say."""
    monkeypatch.setattr("topspot.registry.load.PACKAGED", tmp_path_factory.mktemp("packaged"))


def test_the_packaged_files_load():
    assert REGISTRY.developers["moonshot-ai"].name_zh == "月之暗面"
    assert len(REGISTRY.developers) > 150


def test_nothing_is_wrong_with_the_packaged_files():
    assert check_registry().developers == REGISTRY.developers


def test_every_packaged_developer_has_a_country_or_says_why_not():
    for developer in REGISTRY.developers.values():
        assert developer.countries or developer.note, developer.key


def test_every_packaged_parent_that_has_a_file_is_named_by_its_key():
    named = {developer.name for developer in REGISTRY.developers.values()}

    for developer in REGISTRY.developers.values():
        assert not {fact.value for fact in developer.parents} & named, developer.key
        assert developer.key not in {fact.value for fact in developer.parents}


def test_every_packaged_file_is_read():
    assert {path.stem for path in PACKAGED.glob("*.toml")} == set(REGISTRY.developers)


def test_a_whole_file_says_what_the_developer_and_its_models_are(tmp_path):
    registry = load_registry(
        folder_of(
            tmp_path,
            some_lab="""
                name = "Some Lab"
                name_zh = "某实验室"
                aliases = ["SomeLab GmbH"]
                agents = ["Lab Coder"]
                wikidata = "Q42"
                note = "A case of our own."

                [[family]]
                name = "zork"
                pattern = 'zork-?(?P<version>\\d)'
                key = "zork-{version}"
                variants = "vivid"
                base = "Frobozz 7B"
                examples = ["Zork 2 (vivid)"]

                [[family.open_weights]]
                value = true
                models = 'zork-2'
                since = 2026-05-01
                until = 2026-06-01
                source = "https://lab.example/zork"

                [[model]]
                key = "zork-zero"
                family = "zork"
                names = ["grue"]
                base = "Zork 2"
                sources = ["lmarena"]

                [[model.open_weights]]
                value = false
                source = "https://lab.example/grue"
            """,
        )
    )

    lab = registry.developers["some-lab"]
    dates = date(2026, 5, 1), date(2026, 6, 1)
    assert (lab.name_zh, lab.aliases, lab.agents, lab.wikidata, lab.note) == (
        "某实验室",
        ("SomeLab GmbH",),
        ("Lab Coder",),
        "Q42",
        "A case of our own.",
    )
    assert lab.families == (
        Family(
            "zork",
            r"zork-?(?P<version>\d)",
            ("Zork 2 (vivid)",),
            "zork-{version}",
            "vivid",
            "Frobozz 7B",
            (OpenWeights(True, "zork-2", *dates, "https://lab.example/zork"),),
        ),
    )
    assert lab.models == (
        Model(
            "zork-zero",
            ("grue",),
            "zork",
            "Zork 2",
            ("lmarena",),
            (OpenWeights(False, None, None, None, "https://lab.example/grue"),),
        ),
    )


def test_a_model_without_names_is_printed_as_its_key(tmp_path):
    registry = load_registry(folder_of(tmp_path, some_lab='name = "Lab"\n[[model]]\nkey = "zork-2"\n'))

    assert registry.developers["some-lab"].models == (Model("zork-2", ("zork-2",)),)
    assert registry.resolve("Zork 2").developer == "some-lab"


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

    assert load_registry(tmp_path).developers.keys() == REGISTRY.developers.keys()


def test_facts_hold_from_their_first_day_to_the_day_before_their_end():
    manus, xai = (REGISTRY.developers[key] for key in ("manus", "xai"))

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
        "lab.toml:2: unknown key 'alias'; known are agents, aliases, country, family, model, name, "
        "name_zh, note, parent, wikidata"
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


@pytest.mark.usefixtures("nothing_packaged")
@pytest.mark.parametrize("code", ["UK", "cn", "China", "EU"])
def test_a_country_that_is_no_iso_code_is_refused(tmp_path, code):
    found = complaint(
        tmp_path, lab=f'name = "Lab"\n[[country]]\nvalue = "{code}"\nsource = "https://lab.example"\n'
    )

    assert found == f"lab.toml:3: {code!r} is not an ISO 3166-1 alpha-2 code of a country, such as CN"


@pytest.mark.usefixtures("nothing_packaged")
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name = 7", "lab.toml:1: 'name' should be a text of one line, found 7"),
        ('name = ""', "lab.toml:1: 'name' should be a text of one line, found ''"),
        ('name = "a\\nb"', "lab.toml:1: 'name' should be a text of one line, found 'a\\nb'"),
        ('name = "Lab"\nnote = []', "lab.toml:2: 'note' should be a text of one line, found []"),
        ('name = "Lab"\naliases = "L"', "lab.toml:2: 'aliases' should be a list, found 'L'"),
        ('name = "Lab"\naliases = [1]', "lab.toml:2: 'aliases' should hold names, found 1"),
        ('name = "Lab"\naliases = ["-."]', "lab.toml:2: 'aliases' should hold names, found '-.'"),
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


@pytest.mark.usefixtures("nothing_packaged")
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


@pytest.mark.usefixtures("nothing_packaged")
@pytest.mark.parametrize("aliases", ['"L", "L"', '"Some-Lab"', '"x lab", "X.Lab"'])
def test_an_alias_that_its_own_file_says_twice_is_refused(tmp_path, aliases):
    found = complaint(tmp_path, lab=f'name = "Some Lab"\naliases = [{aliases}]\n')

    assert found.startswith("lab.toml:2: alias ")
    assert " is there already, as " in found


LAB = 'name = "Some Lab"\n\n'

FAMILY = LAB + '[[family]]\nname = "zork"\npattern = \'zork-\\d+\'\nexamples = ["zork-2"]\n'

WEIGHTS = FAMILY + '\n[[family.open_weights]]\nvalue = true\nsource = "https://lab.example"\n'

MODEL = LAB + '[[model]]\nkey = "zork-2"\nnames = ["grue"]\n'


@pytest.mark.usefixtures("nothing_packaged")
@pytest.mark.parametrize(
    ("text", "why"),
    [
        (FAMILY + "model = []\n", "unknown key 'model' in [[family]]; known are base, examples, key, name, "),
        (FAMILY.replace("name = \"zork\"", ""), "[[family]] needs a name and a pattern"),
        (FAMILY.replace("pattern =", "base ="), "[[family]] needs a name and a pattern"),
        (FAMILY.replace('"zork"', "7"), "'name' should be a text of one line, found 7"),
        (FAMILY.replace('examples = ["zork-2"]\n', ""), "[[family]] needs 'examples', a list of names "),
        (FAMILY.replace('["zork-2"]', "[]"), "[[family]] needs 'examples', a list of names "),
        (FAMILY.replace('["zork-2"]', '"zork-2"'), "'examples' should be a list, found 'zork-2'"),
        (FAMILY.replace('["zork-2"]', "[2]"), "'examples' should hold names, found 2"),
        (FAMILY.replace("zork-\\d+", "(zork"), "the pattern of [[family]] 'zork' is no regular expression ("),
        (FAMILY + "variants = 'vivid|'\nkey = 'zork-{version}'\n", "'key' of [[family]] 'zork' names a group "),
        (FAMILY + "key = 'zork-{}'\n", "'key' of [[family]] 'zork' names a group that its pattern has not"),
        (FAMILY + "key = 'zork-{'\n", "'key' of [[family]] 'zork' names a group that its pattern has not"),
        (FAMILY.replace("\\d", "(?P<x>.)") + "key = '{x.real}'\n", "'key' of [[family]] 'zork' names a group that "),
        (FAMILY.replace("\\d", "(?P<x>.)") + "key = '{x[a]}'\n", "'key' of [[family]] 'zork' names a group that "),
        (FAMILY.replace("\\d", "(?P<x>.)") + "key = '{x:\\}'\n", "'key' of [[family]] 'zork' names a group that "),
        (FAMILY + "variants = '*'\n", "'variants' of [[family]] 'zork' is no regular expression ("),
        (FAMILY + "base = ['Frobozz']\n", "'base' should be a text of one line, found ['Frobozz']"),
        (FAMILY + "open_weights = true\n", "'open_weights' should be tables that begin with [[family.open_weights]]"),
        (WEIGHTS.replace("source", "# source"), "[[family.open_weights]] needs a value and a source"),
        (WEIGHTS.replace("https:", "see:"), "the source of [[family.open_weights]] should be an address, found "),
        (WEIGHTS.replace("value = true\n", ""), "[[family.open_weights]] needs a value, true or false"),
        (WEIGHTS.replace("true", '"yes"'), "[[family.open_weights]] needs a value, true or false"),
        (WEIGHTS.replace("true", "1"), "[[family.open_weights]] needs a value, true or false"),
        (WEIGHTS + "models = 'zork-['\n", "'models' of [[family.open_weights]] is no regular expression ("),
        (WEIGHTS + "country = 'CN'\n", "unknown key 'country' in [[family.open_weights]]; known are models, since, "),
        (WEIGHTS + "since = '2026-01-01'\n", "'since' should be a date such as 2026-02-01 without quotes, found "),
        (WEIGHTS + "since = 2026-01-02\nuntil = 2026-01-01\n", "[[family.open_weights]] True ends on 2026-01-01, "),
        (MODEL + "variant = 'high'\n", "unknown key 'variant' in [[model]]; known are base, family, key, names, "),
        (MODEL.replace('key = "zork-2"\n', ""), "[[model]] needs a key of lower-case letters, digits, dots and "),
        (MODEL.replace("zork-2", "Zork 2"), "[[model]] needs a key of lower-case letters, digits, dots and hyphens"),
        (MODEL.replace("zork-2", "zork-"), "[[model]] needs a key of lower-case letters, digits, dots and hyphens"),
        (MODEL.replace("zork-2", "zork_2"), "[[model]] needs a key of lower-case letters, digits, dots and hyphens"),
        (MODEL + "family = 'zork'\n", "[[model]] 'zork-2' is of a family 'zork' that this file has not"),
        (MODEL.replace('["grue"]', '["", "grue"]'), "'names' should hold names, found ''"),
        (MODEL + "sources = 'lmarena'\n", "'sources' should be a list, found 'lmarena'"),
        (MODEL + "sources = [7]\n", "'sources' should hold names, found 7"),
        (MODEL + "open_weights = {value = true}\n", "'open_weights' should be tables that begin with [[model.open_"),
        (MODEL + "[[model.open_weights]]\nvalue = false\n", "[[model.open_weights]] needs a value and a source"),
        (LAB + "[family]\nname = 'zork'\n", "'family' should be tables that begin with [[family]]"),
        (LAB + "model = ['zork-2']\n", "'model' should be tables that begin with [[model]]"),
        (LAB + "agents = 'Lab Coder'\n", "'agents' should be a list, found 'Lab Coder'"),
        (LAB + "agents = ['  ']\n", "'agents' should hold names, found '  '"),
        (LAB + "wikidata = 'Douglas Adams'\n", "'wikidata' should be an item, such as Q95"),
        (LAB + "wikidata = 'Q042'\n", "'wikidata' should be an item, such as Q95"),
        (LAB + "wikidata = 42\n", "'wikidata' should be a text of one line, found 42"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_family_a_model_or_a_key_is_named_with_its_line(tmp_path, text, why):
    assert complaint(tmp_path, lab=text).startswith(f"lab.toml:3: {why}")


def test_of_several_tables_the_one_that_is_wrong_is_named(tmp_path):
    found = complaint(tmp_path, lab=MODEL + '\n[[model]]\nkey = "zork-3"\n\n[[model]]\nkey = "Zork"\n')

    assert found.startswith("lab.toml:10: [[model]] needs a key ")


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (FAMILY.replace("zork-2", "zork two"), 6, "'zork two' of [[family]] 'zork' fits no pattern"),
        (FAMILY.replace("zork-2", "zork-2 blue"), 6, "'zork-2 blue' of [[family]] 'zork' fits no pattern"),
        (
            FAMILY.replace("zork-\\d+", "claude-opus-\\d").replace("zork-2", "claude-opus-5"),
            6,
            "'claude-opus-5' of [[family]] 'zork' is claimed by aa-lab, anthropic",
        ),
        (
            FAMILY.replace("zork-\\d+", "claude-?\\d*").replace("zork-2", "claude-opus-5-high"),
            6,
            "'claude-opus-5-high' of [[family]] 'zork' is claimed by anthropic",
        ),
        (MODEL.replace("grue", "o3-mini"), 5, "'o3-mini' of [[model]] 'zork-2' is claimed by aa-lab, openai"),
    ],
    ids=["no pattern", "a word that nobody knows", "two developers", "another's alone", "a listed name"],
)
def test_a_name_that_is_not_its_own_family_s_alone_is_named_with_its_line(tmp_path, text, line, why):
    assert complaint(tmp_path, aa_lab=text) == f"aa-lab.toml:{line}: {why}"


def test_a_pattern_that_takes_another_s_names_is_told_where_those_stand(tmp_path):
    text = FAMILY.replace("zork-\\d+", "zork-\\d+|(anthropic-)?claude-v1")

    assert complaint(tmp_path, lab=text).endswith(
        "'Claude-v1' of [[family]] 'claude-2' is claimed by anthropic, lab"
    )


def test_a_name_that_means_something_on_one_board_only_is_still_claimed_once(tmp_path):
    found = complaint(tmp_path, lab=MODEL.replace("grue", "mercury") + 'sources = ["epoch"]\n')

    assert found.endswith("'mercury' of [[model]] 'mercury' is claimed by inception-labs, lab")


@pytest.mark.parametrize("agent", ["Claude Code", "claude-code", "CLAUDE_CODE"])
def test_an_agent_of_two_developers_is_refused_whatever_its_spelling(tmp_path, agent):
    found = complaint(tmp_path, lab=LAB + f'agents = [\n  "{agent}",\n]\n')

    assert found.startswith(f"lab.toml:4: {agent!r} is an agent of ")
    assert found.endswith("anthropic.toml as well")


def test_what_files_say_of_one_another_is_asked_of_one_s_own_and_when_checking_not_at_every_start(
    tmp_path, monkeypatch
):
    folder_of(tmp_path, lab=FAMILY.replace("zork-2", "zork two"))
    monkeypatch.setattr("topspot.registry.load.PACKAGED", tmp_path)

    assert load_registry().developers.keys() == {"lab"}
    with pytest.raises(RegistryError, match="fits no pattern"):
        check_registry()
    (tmp_path / "own").mkdir()
    with pytest.raises(RegistryError, match="fits no pattern"):
        load_registry(tmp_path / "own")


def test_a_newcomer_s_file_needs_nothing_else_to_be_changed(tmp_path):
    newcomer = LAB + '[[country]]\nvalue = "NO"\nsource = "https://lab.example"\n\n' + WEIGHTS.removeprefix(LAB)

    registry = check_registry(folder_of(tmp_path, some_lab=newcomer))

    found = registry.resolve("Zork 7 (high)")
    assert (found.developer, found.model) == ("some-lab", "zork-7")
    assert registry.developers["some-lab"].country_on(date(2026, 9, 1)) == "NO"
    assert {key: each for key, each in registry.developers.items() if key != "some-lab"} == REGISTRY.developers
