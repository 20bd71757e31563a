"""The command line. Standard output is data, standard error is for people; an error is one line.

``base`` is what the commands share; the other files hold them, in the order of ``--help``.
"""

import sys

from topspot.cli import collecting, news, past, questions, registry, serving, sources, storage
from topspot.cli.base import app, print_json, say

__all__ = ["app", "collecting", "main", "news", "past", "questions", "registry", "serving", "sources", "storage"]


def main() -> None:
    """Run the program: every error that is known leaves as one line and an exit code."""
    try:
        code = app(standalone_mode=False)
    except Exception as error:  # noqa: BLE001 - no traceback reaches a user
        code = _report(error)
    sys.exit(code if isinstance(code, int) else 0)


def _report(error: Exception) -> int:
    """Print an error as a line or, with ``--json``, as an object; give the exit code."""
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()  # type: ignore[attr-defined]  # Typer's, known here by its name only
        return 2
    code, exit_code, hint = _kind_of(error)
    message = getattr(error, "format_message", error.__str__)().rstrip(".") or type(error).__name__
    if "--json" in sys.argv:
        print_json({"error": {"code": code, "message": message, "hint": hint}})
    say(f"topspot: {message}" + (f": {hint}" if hint else ""))
    return exit_code


def _kind_of(error: Exception) -> tuple[str, int, str | None]:
    """Give an error's code, its exit code, and what to do where the message does not say it."""
    kinds = {
        "CallError": ("call", 2),
        "SettingsError": ("settings", 2),
        "RegistryError": ("registry", 2),
        "BrokenSourceFile": ("source_file", 2),
        "BrokenFeedsFile": ("feeds_file", 2),
        "NotFound": ("not_found", 2),
        "NoSuchFile": ("not_found", 2),
        "UnreadableFile": ("not_found", 2),
        "NotPossible": ("call", 2),
        "NotDeclared": ("source_file", 2),
        "Busy": ("busy", 1),
        "NoDraft": ("draft", 1),
        "NoRegister": ("draft", 1),
        "StoreError": ("database", 1),
        "ArchiveError": ("archive", 1),
    }
    if hasattr(error, "format_message"):  # Typer's own, for a call that is wrong
        return "call", 2, "see `topspot --help`"
    code, exit_code = kinds.get(type(error).__name__, ("internal", 1))
    hint = getattr(error, "hint", None)
    if code == "internal":
        hint = f"this is a fault of Topspot ({type(error).__name__}); please report it"
    return code, exit_code, hint
