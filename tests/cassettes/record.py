"""Make the cassettes anew: one polite visit, one to an unchanged file, and Slack's two ways in."""

import asyncio
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cassettes.play import ASKS, MESSAGE, answers_to, slack_settings, web_settings
from cassettes.tape import FOLDER, WEBHOOK, tape
from standins.slack import Slack
from topspot.demo.site import Site
from topspot.tell import slack as way


def record_visits() -> None:
    """Record a first visit and one that finds nothing new."""
    with Site() as site:
        site.publish("webdev", date(2026, 7, 16))
        site.publish("text", date(2026, 7, 16))
        stands_for = {f"{site.url}/": "https://"}
        settings = web_settings(mirror=site.url)
        with tape("lmarena-first-visit", record=True, stands_for=stands_for):
            first = answers_to(settings, ASKS)
        again = [ask._replace(known=answer.validators) for ask, answer in zip(ASKS, first, strict=True)]
        with tape("lmarena-unchanged", record=True, stands_for=stands_for):
            answers_to(settings, again)


def record_slack() -> None:
    """Record one post by the Web API and one by webhook."""
    with Slack() as slack:
        settings = slack_settings(**slack.settings)
        stands_for = {slack.api_url: "https://slack.com/api/", slack.webhook_url: WEBHOOK}
        with tape("slack-post", record=True, stands_for=stands_for):
            asyncio.run(way.post(settings, MESSAGE, key="a:post:1"))
        with tape("slack-webhook", record=True, stands_for=stands_for):
            asyncio.run(way.post_webhook(settings, MESSAGE))


if __name__ == "__main__":
    for old in FOLDER.glob("*.yaml"):
        old.unlink()
    record_visits()
    record_slack()
