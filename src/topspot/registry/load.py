"""The registry's files: found, read, and refused where they are wrong.

One TOML file a developer; its name is the key. Whatever is wrong stops loading with one line that names the
file, since a developer under the wrong name would be told to everybody.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from topspot.registry.names import filled
from topspot.registry.resolve import Registry, normalized, spellings
from topspot.registry.values import Developer, Fact, Family, Model, OpenWeights

PACKAGED = Path(__file__).parent / "developers"

KEYS = frozenset(
    {"name", "name_zh", "aliases", "country", "parent", "family", "model", "agents", "wikidata", "note"}
)

KEYS_OF_A_FAMILY = frozenset({"name", "pattern", "examples", "key", "variants", "base", "open_weights"})

KEYS_OF_A_MODEL = frozenset({"key", "names", "family", "base", "sources", "open_weights"})

KEYS_OF_A_FACT = frozenset({"value", "since", "until", "source"})

KEYS_OF_WEIGHTS = KEYS_OF_A_FACT | {"models"}

COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
    BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI
    FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN
    IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
    MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
    PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE
    YT ZA ZM ZW
    """.split()  # noqa: SIM905  # 249 quoted words are harder to review
)
"""ISO 3166-1 alpha-2."""

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

_MODEL_KEY = re.compile(r"[^\W_A-Z]+([.+-]+[^\W_A-Z]+)*\+?")

_ITEM = re.compile(r"Q[1-9]\d*")

_PLACE_IN_TOML = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class RegistryError(ValueError):
    """A file of the registry is wrong; the message is one line that names it and says what is."""


Line = int | Callable[[], int | None] | None
"""The number of a line, or what finds it once something is found to be wrong there."""


class _File(NamedTuple):
    """A file as it was read; ``thorough`` is whether its patterns are tried, which takes most of the time."""

    path: Path
    text: str
    table: dict[str, Any]
    thorough: bool = True

    @property
    def key(self) -> str:
        return self.path.stem

    def error(self, why: str, line: Line = None) -> RegistryError:
        return _error(self.path, why, line() if callable(line) else line)

    def lines_of(self, pattern: str) -> list[int]:
        """Give the numbers of the lines that a pattern is found in."""
        return [number for number, line in enumerate(self.text.split("\n"), 1) if re.search(pattern, line)]

    def line_of_key(self, key: str) -> int | None:
        name = re.escape(key)
        return next(iter(self.lines_of(rf"""^\s*(\[+\s*)?["']?{name}["']?\s*[=\].]""")), None)

    def line_of_text(self, text: str) -> int | None:
        """Give the last line with a quoted text: an alias stands below the name that it repeats."""
        lines = self.lines_of(rf"[\"']{re.escape(text)}[\"']")
        return lines[-1] if lines else None


def load_registry(extra: Path | None = None) -> Registry:
    """Read the packaged developers, then those of the folder ``extra``, which replace them by file name or add.

    Raises ``RegistryError`` for a file that cannot be read or says something that cannot be. That patterns are
    right, and that nobody claims another's model, is asked where there are files of one's own; of the packaged
    ones alone, which are read once a process, it is asked by ``check_registry``.
    """
    return _packaged(PACKAGED) if extra is None else check_registry(extra)


@cache
def _packaged(folder: Path) -> Registry:
    return _load(_paths(folder), thorough=False)[1]


def check_registry(extra: Path | None = None) -> Registry:
    """Read as ``load_registry`` does, and refuse what the files say of one another as well: it takes longer."""
    paths = _paths(PACKAGED)
    if extra is not None:
        paths |= _paths(extra)
    files, registry = _load(paths, thorough=True)
    _refuse_shared_models(files, registry)
    return registry


def _load(paths: Mapping[str, Path], *, thorough: bool) -> tuple[list[_File], Registry]:
    files = [_read(paths[key])._replace(thorough=thorough) for key in sorted(paths)]
    developers = {file.key: _developer(file) for file in files}
    _refuse_shared_spellings(files, developers)
    _refuse_shared_agents(files, developers)
    return files, Registry(developers)


def _paths(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise RegistryError(f"{folder}: no such folder of developer files")
    # a leading dot or underscore is an editor's or a person's own file
    return {path.stem: path for path in folder.glob("[!._]*.toml")}


def _read(path: Path) -> _File:
    if not _KEY.fullmatch(path.stem):
        raise _error(path, "a file's name is the key: lower-case letters, digits and single hyphens")
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise _error(path, f"cannot be read ({error.strerror or type(error).__name__})") from error
    except UnicodeDecodeError as error:
        raise _error(path, f"is not UTF-8 (byte {error.start})") from error
    try:
        return _File(path, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        place = _PLACE_IN_TOML.search(str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        raise _error(path, _PLACE_IN_TOML.sub("", str(error)), line) from error


def _error(path: Path, why: str, line: int | None = None) -> RegistryError:
    return RegistryError(f"{path}:{line}: {why}" if line else f"{path}: {why}")


def _developer(file: _File) -> Developer:
    for key in file.table:
        if key not in KEYS:
            raise file.error(f"unknown key {key!r}; known are {_listed(KEYS)}", file.line_of_key(key))
    name = _text(file, file.table, "name")
    if name is None:
        raise file.error("'name' is missing")
    developer = Developer(
        key=file.key,
        name=name,
        name_zh=_text(file, file.table, "name_zh"),
        aliases=_names(file, file.table, "aliases"),
        countries=_facts(file, "country"),
        parents=_facts(file, "parent"),
        note=_text(file, file.table, "note"),
        families=_families(file),
        models=_models(file),
        agents=_names(file, file.table, "agents"),
        wikidata=_text(file, file.table, "wikidata"),
    )
    _refuse_what_is_no_item(file, developer)
    _refuse_other_countries(file, developer)
    _refuse_twice(file, developer)
    return developer


def _text(file: _File, table: Mapping[str, Any], key: str, line: Line = None) -> str | None:
    value = table.get(key)
    if value is None:
        return None
    if not _is_text(value):
        raise file.error(
            f"{key!r} should be a text of one line, found {_short(value)}", line or partial(file.line_of_key, key)
        )
    return str(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and value.strip() == value != ""


def _names(file: _File, table: Mapping[str, Any], key: str, line: Line = None) -> tuple[str, ...]:
    """Read a list of names, empty where there is none."""
    names = table.get(key, [])
    line = line or partial(file.line_of_key, key)
    if not isinstance(names, list):
        raise file.error(f"{key!r} should be a list, found {_short(names)}", line)
    for name in names:
        if not _is_text(name) or not normalized(name):
            raise file.error(f"{key!r} should hold names, found {_short(name)}", line)
    return tuple(names)


def _tables(file: _File, kind: str) -> list[tuple[Mapping[str, Any], Line]]:
    """Give the tables of a kind, each with the place where it begins."""
    tables = file.table.get(kind, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise file.error(f"{kind!r} should be tables that begin with [[{kind}]]", file.line_of_key(kind))
    return [(table, partial(_line_of_table, file, kind, index, len(tables))) for index, table in enumerate(tables)]


def _line_of_table(file: _File, kind: str, index: int, count: int) -> int | None:
    headers = file.lines_of(rf"^\s*\[\[\s*{kind}\s*\]\]")
    # tables may also be written in one line, as country = [{…}]
    return headers[index] if len(headers) == count else file.line_of_key(kind)


def _refuse_other_keys(
    file: _File, table: Mapping[str, Any], known: frozenset[str], kind: str, line: Line
) -> None:
    for key in table:
        if key not in known:
            raise file.error(f"unknown key {key!r} in [[{kind}]]; known are {_listed(known)}", line)


def _families(file: _File) -> tuple[Family, ...]:
    return tuple(_family(file, table, line) for table, line in _tables(file, "family"))


def _family(file: _File, table: Mapping[str, Any], line: Line) -> Family:
    _refuse_other_keys(file, table, KEYS_OF_A_FAMILY, "family", line)
    name, pattern, key, variants, base = (
        _text(file, table, each, line) for each in ("name", "pattern", "key", "variants", "base")
    )
    if name is None or pattern is None:
        raise file.error("[[family]] needs a name and a pattern", line)
    examples = _names(file, table, "examples", line)
    if not examples:
        raise file.error("[[family]] needs 'examples', a list of names that its pattern knows", line)
    _try_pattern(file, pattern, f"the pattern of [[family]] {name!r}", line)
    _try_pattern(file, variants, f"'variants' of [[family]] {name!r}", line)
    if file.thorough and key:
        _try_key(file, key, pattern, f"'key' of [[family]] {name!r}", line)
    return Family(name, pattern, examples, key, variants, base, _weights(file, table, "family", line))


def _try_pattern(file: _File, text: str | None, what: str, line: Line) -> None:
    try:
        re.compile(text or "" if file.thorough else "")
    except re.error as error:
        raise file.error(f"{what} is no regular expression ({error})", line) from error


def _try_key(file: _File, key: str, pattern: str, what: str, line: Line) -> None:
    try:
        filled(key, dict.fromkeys(re.compile(pattern).groupindex))
    except (KeyError, ValueError, IndexError, AttributeError, TypeError, re.error) as error:
        raise file.error(f"{what} names a group that its pattern has not", line) from error


def _models(file: _File) -> tuple[Model, ...]:
    return tuple(_model(file, table, line) for table, line in _tables(file, "model"))


def _model(file: _File, table: Mapping[str, Any], line: Line) -> Model:
    _refuse_other_keys(file, table, KEYS_OF_A_MODEL, "model", line)
    key, family, base = (_text(file, table, each, line) for each in ("key", "family", "base"))
    if key is None or not _MODEL_KEY.fullmatch(key):
        raise file.error("[[model]] needs a key of lower-case letters, digits, dots and hyphens", line)
    if family and family not in {each.get("name") for each, _ in _tables(file, "family")}:
        raise file.error(f"[[model]] {key!r} is of a family {family!r} that this file has not", line)
    names, sources = (_names(file, table, each, line) for each in ("names", "sources"))
    return Model(key, names or (key,), family, base, sources, _weights(file, table, "model", line))


def _weights(file: _File, table: Mapping[str, Any], kind: str, line: Line) -> tuple[OpenWeights, ...]:
    entries = table.get("open_weights", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise file.error(f"'open_weights' should be tables that begin with [[{kind}.open_weights]]", line)
    return tuple(_weight(file, entry, f"{kind}.open_weights", line) for entry in entries)


def _weight(file: _File, table: Mapping[str, Any], kind: str, line: Line) -> OpenWeights:
    _refuse_other_keys(file, table, KEYS_OF_WEIGHTS, kind, line)
    value, models = table.get("value"), _text(file, table, "models", line)
    if not isinstance(value, bool):
        raise file.error(f"[[{kind}]] needs a value, true or false", line)
    _try_pattern(file, models, f"'models' of [[{kind}]]", line)
    return OpenWeights(value, models, *_dates(file, kind, table, line), _source(file, kind, table, line))


def _refuse_shared_models(files: Sequence[_File], registry: Registry) -> None:
    """Refuse a name that its own family or model does not take, and one that two developers claim."""
    for file in files:
        developer = registry.developers[file.key]
        named = [(f"[[family]] {each.name!r}", name) for each in developer.families for name in each.examples]
        named += [(f"[[model]] {each.key!r}", name) for each in developer.models for name in each.names]
        for where, name in named:
            owners = registry.names.owners_of(name)
            if owners != {file.key}:
                said = f"is claimed by {_listed(frozenset(owners))}" if owners else "fits no pattern"
                raise file.error(f"{name!r} of {where} {said}", file.line_of_text(name))


def _refuse_shared_agents(files: Sequence[_File], developers: Mapping[str, Developer]) -> None:
    owners: dict[str, _File] = {}
    for file in files:
        for agent in developers[file.key].agents:
            owner = owners.setdefault(normalized(agent), file)
            if owner is not file:
                raise file.error(f"{agent!r} is an agent of {owner.path} as well", file.line_of_text(agent))


def _facts(file: _File, kind: str) -> tuple[Fact, ...]:
    tables = _tables(file, kind)
    facts = [_fact(file, kind, table, line) for table, line in tables]
    _refuse_overlaps(file, kind, facts, [line for _, line in tables])
    return tuple(sorted(facts, key=_beginning))


def _fact(file: _File, kind: str, table: Mapping[str, Any], line: Line) -> Fact:
    _refuse_other_keys(file, table, KEYS_OF_A_FACT, kind, line)
    value = _text(file, table, "value", line)
    if value is None:
        raise file.error(f"[[{kind}]] needs a value and a source", line)
    return Fact(value, *_dates(file, kind, table, line), _source(file, kind, table, line))


def _source(file: _File, kind: str, table: Mapping[str, Any], line: Line) -> str:
    source = _text(file, table, "source", line)
    if source is None:
        raise file.error(f"[[{kind}]] needs a value and a source", line)
    if not source.startswith(("https://", "http://")):
        raise file.error(f"the source of [[{kind}]] should be an address, found {_short(source)}", line)
    return source


def _dates(file: _File, kind: str, table: Mapping[str, Any], line: Line) -> tuple[date | None, date | None]:
    since, until = (_date(file, table, key, line) for key in ("since", "until"))
    if since and until and since >= until:
        raise file.error(f"[[{kind}]] {table.get('value')!r} ends on {until}, before it begins on {since}", line)
    return since, until


def _date(file: _File, table: Mapping[str, Any], key: str, line: Line) -> date | None:
    value = table.get(key)
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise file.error(f"{key!r} should be a date such as 2026-02-01 without quotes, found {_short(value)}", line)


def _beginning(fact: Fact) -> date:
    return fact.since or date.min


def _refuse_overlaps(file: _File, kind: str, facts: Sequence[Fact], lines: Sequence[Line]) -> None:
    in_order = sorted(zip(facts, lines, strict=True), key=lambda placed: _beginning(placed[0]))
    for (before, _), (after, line) in pairwise(in_order):
        if before.until is None or before.until > _beginning(after):
            raise file.error(f"[[{kind}]] {before.value!r} and {after.value!r} overlap: one needs an end", line)


def _refuse_other_countries(file: _File, developer: Developer) -> None:
    for fact in developer.countries:
        if fact.value not in COUNTRIES:
            raise file.error(
                f"{fact.value!r} is not an ISO 3166-1 alpha-2 code of a country, such as CN",
                file.line_of_text(fact.value),
            )


def _refuse_what_is_no_item(file: _File, developer: Developer) -> None:
    if developer.wikidata and not _ITEM.fullmatch(developer.wikidata):
        raise file.error("'wikidata' should be an item, such as Q95", file.line_of_key("wikidata"))


def _refuse_twice(file: _File, developer: Developer) -> None:
    """Refuse a file that says one spelling twice: case, spaces and hyphens make no second one."""
    _, *written = spellings(developer)  # the key may look like the name
    seen: dict[str, str] = {}
    for spelling in written:
        before = seen.get(normalized(spelling))
        if before:
            raise file.error(f"alias {spelling!r} is there already, as {before!r}", file.line_of_text(spelling))
        seen[normalized(spelling)] = spelling


def _refuse_shared_spellings(files: list[_File], developers: Mapping[str, Developer]) -> None:
    owners: dict[str, _File] = {}
    for file in files:
        for spelling in spellings(developers[file.key]):
            owner = owners.setdefault(normalized(spelling), file)
            if owner is not file:
                raise file.error(
                    f"{spelling!r} also names the developer of {owner.path}", file.line_of_text(spelling)
                )


def _listed(keys: frozenset[str]) -> str:
    return ", ".join(sorted(keys))


def _short(value: object) -> str:
    return ascii(value)[:60]
