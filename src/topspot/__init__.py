"""Topspot: who leads the AI leaderboards, and who is told when that changes.

The data takes one straight line, and the modules lie along it::

    source -> fetch -> archive -> parse -> check -> resolve -> record -> compare -> match -> deliver

``scrapers`` fetches and parses, ``topspot.domain`` decides, ``topspot.record`` writes one publication in one
transaction, ``topspot.tell`` delivers, ``topspot.jobs`` puts them in order, ``topspot.cli`` is the way in.
"""

__version__ = "0.1.0"
