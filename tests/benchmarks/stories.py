"""How fast articles are folded into stories, and with how much memory.

    python tests/benchmarks/stories.py [--articles N]

Two months of made-up news: each story is told by one to six outlets, word for word, reworded, under the same
headline or in Chinese, beside much that only looks alike. Says seconds for folding all of it, for placing one more
article, the memory at its peak, and how many pairs were missed or wrong. It exits with 1 where a target is missed.
"""

import argparse
import itertools
import random
import resource
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta

from topspot.domain.stories import Article, Index, fold, place

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)

MOST_SECONDS = 30
MOST_MIB = 400
FEWEST_FOUND = 0.9
MOST_WRONG = 0.01

WORDS = ["".join(parts) for parts in itertools.product(("ba", "ce", "di", "fo", "gu", "la", "mi"), repeat=3)]


HAN = [chr(code) for code in range(0x4E00, 0x4F00)]


def sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words))


def made_up(count: int) -> tuple[list[Article], dict[str, int]]:
    """Make articles, and the number of the story that each of them tells, by its id."""
    chance = random.Random(7)
    found: list[Article] = []
    told: dict[str, int] = {}
    for story in itertools.count():
        at = BEGAN + timedelta(hours=chance.random() * 24 * 60)
        version, word = divmod(story, len(WORDS))
        name = f"{WORDS[word].capitalize()}-{version // 9 + 1}.{version % 9 + 1}"
        figure = chance.randint(1_000, 9_999)
        title, text = f"{name} {sentence(chance, 7)}", f"{name} {figure} {sentence(chance, 120)}"
        for outlet in range(chance.choice((1, 1, 1, 1, 2, 3, 6))):
            number = str(len(found))
            told[number] = story
            words = text.split()
            for place_ in chance.sample(range(len(words)), len(words) // 20 if outlet else 0):
                words[place_] = chance.choice(WORDS)
            chinese = outlet == 1 and chance.random() < 0.5
            body = (
                f"{name}位居第一，得分{figure}。" + "".join(chance.choices(HAN, k=90))
                if chinese
                else " ".join(words)
            )
            head = f"{name}发布并位居第一" if chinese else sentence(chance, 8) if outlet in (2, 4) else title
            moment = at + timedelta(hours=outlet * 3)
            found.append(Article(number, None, head, body[:300], body, published=moment, feed=f"outlet {outlet}"))
            if len(found) == count:
                return found, told
    raise AssertionError


def pairs(groups: dict[int, list[str]]) -> set[tuple[str, str]]:
    return {pair for group in groups.values() for pair in itertools.combinations(sorted(group), 2)}


def grouped(numbers: dict[str, int]) -> set[tuple[str, str]]:
    groups: defaultdict[int, list[str]] = defaultdict(list)
    for article, story in numbers.items():
        groups[story].append(article)
    return pairs(groups)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    articles, told = made_up(parser.parse_args().articles)

    began = time.process_time()
    stories = fold(articles)
    seconds = time.process_time() - began

    index = Index()
    for number, story in enumerate(stories):
        for article in story.articles:
            index.add(article, number)
    began = time.process_time()
    for article in articles[:200]:
        place(article._replace(id=None, feed="one more"), index)
    one_more = (time.process_time() - began) / 200

    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    right = grouped(told)
    found = grouped({str(one.id): number for number, story in enumerate(stories) for one in story.articles})
    recall, wrong = len(found & right) / len(right), len(found - right) / len(found)
    met = seconds <= MOST_SECONDS and mib <= MOST_MIB and recall >= FEWEST_FOUND and wrong <= MOST_WRONG
    print(f"{len(articles):,} articles, {len(stories):,} stories: {seconds:.1f} s, {mib:.0f} MiB")
    print(f"one more article: {one_more * 1000:.2f} ms")
    print(f"of {len(right):,} pairs {recall:.1%} found; {wrong:.2%} of those found are wrong")
    print("met" if met else "NOT MET")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
