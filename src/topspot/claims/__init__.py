"""What texts claim of boards: found by rules that stand in files one can read and extend."""

from topspot.claims.boards import board_names
from topspot.claims.extract import claims_of

__all__ = ["board_names", "claims_of"]
