"""Whether a headline tells of a new model: words of data, in English and Chinese."""

import re

_WORDS = re.compile(
    r"\b(releas(e[sd]?|ing)|launch(es|ed|ing)?|introduc(es|ed|ing)|unveil(s|ed|ing)?|announc(es|ed|ing)"
    r"|debuts?|open[- ]?sourc(es|ed|ing)|rolls? out|ships?|meet|now available|general availability)\b"
    r"|发布|推出|上线|开源|亮相|登场|問世|问世|發布|上線|開源",
    re.IGNORECASE,
)

_NOT_YET = re.compile(
    r"\b(delay(s|ed|ing)?|postpon(es|ed|ing)|not (yet )?releas(ed|ing)|won't|cancel(s|l?ed)?|rumou?r(s|ed)?)\b"
    r"|推迟|跳票|传闻|傳聞",
    re.IGNORECASE,
)


def tells_a_release(title: str) -> bool:
    """Whether a headline says that something comes out, and not that it does not yet."""
    return bool(_WORDS.search(title)) and not _NOT_YET.search(title)
