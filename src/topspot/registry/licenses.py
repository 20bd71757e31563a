"""What a license text says of a model's weights: a hint, which what the registry lists outranks."""

import re

_OPEN = re.compile(
    r"""
    \b(apache|mit|bsd|gpl|cc|openrail|openmdw|gemma|gpt-oss)\b | \bllama\b | \bopen\b | communit | research
    | non-?commercial | acceptable\ use | impact\ low-risk | falcon | deepseek | qwen | qianwen | kimi | nvidia
    | yi\ license
    """,
    re.VERBOSE | re.IGNORECASE,
)

_CLOSED = re.compile(r"\b(proprietary|closed|commercial api)\b", re.IGNORECASE)


def open_by_license(text: str) -> bool | None:
    """Say whether weights under a license are there for all to download, ``None`` where the text does not say.

    A license that allows research only, or no commerce, still gives the weights away.
    """
    if _CLOSED.search(text):
        return False
    return True if _OPEN.search(text) else None
