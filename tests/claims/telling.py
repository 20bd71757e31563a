"""Claims as lines that tests compare: ``subject | relation | board:category | number``."""

from topspot.claims import board_names, claims_of
from topspot.domain.claims import Claim
from topspot.registry import load_registry
from topspot.registry.mentions import mentions_of

MENTIONS = mentions_of(load_registry())

BOARDS = board_names()


def said(text: str, title: str = "") -> list[str]:
    return sorted(map(line, claims_of(text, MENTIONS, BOARDS, title)))


def line(claim: Claim) -> str:
    board = f"{claim.board or '-'}{':' + claim.category if claim.category else ''}"
    parts = [claim.subject_key or "?", claim.relation, board, number(claim)]
    return " | ".join(part for part in parts if part)


def number(claim: Claim) -> str:
    if claim.n:
        return f"{claim.n}/{claim.of_top}"
    if claim.of_top:
        return f"of {claim.of_top}"
    if claim.rank:
        return str(claim.rank)
    return f"{claim.rating:g}" if claim.rating else ""
