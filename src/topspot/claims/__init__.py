"""What texts claim of boards: found by rules that stand in files one can read and extend.

A text is cut into sentences (``text``), each has its names replaced by tokens (``masked``), and the rules of its
language (``rules-en.toml`` and ``rules-zh.toml``, read by ``rules``) match it (``hits``). Of each match is said of
whom (``whom``), of which board (``where``, ``boards.toml``), category (``categories``), group (``groups``) and day
(``when``) it speaks, and how it is said (``manner``); ``extract`` puts that together.
"""

from topspot.claims.boards import board_names
from topspot.claims.extract import claims_of

__all__ = ["board_names", "claims_of"]
