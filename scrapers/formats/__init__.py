"""How payloads are read: what two boards share, each shape in a module of its own.

``files`` gives a payload's bytes, text or JSON within bounds and the date that it is of; ``csv``, ``html``,
``markdown`` and ``parquet`` give its tables; ``cells`` reads single cells. All of them raise ``LayoutChanged``
for what is not in the shape that is asked for, with what was expected and what was found. What is heavy to import
is imported where it is used, since every start loads every board's file.
"""
