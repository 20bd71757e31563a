"""How news is read: feeds and pages give ``Article``s, damage is said in words, and nothing is fetched here.

``encodings`` makes text of bytes, ``plain`` makes plain lines of markup, ``dates`` reads printed dates; ``feed``,
``article`` and the parsers in ``pages`` stand on them. ``sources`` says which addresses there are.
"""
