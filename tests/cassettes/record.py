"""Make the cassettes anew: one polite visit, one to an unchanged file, and Slack's two ways in."""

import asyncio
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cassettes.play import ASKS, MESSAGE, answers_to, slack_settings, visit, web_settings
from cassettes.tape import FOLDER, WEBHOOK, tape
from standins.site import Site as Web
from standins.slack import Slack
from support.web import answers, live_files
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


def record_sources() -> None:
    """Record one visit to each source, with the bytes of its cases."""
    for key in sorted(live_files()):
        with Web() as web, TemporaryDirectory() as folder:
            for url, case in answers().items():
                web.answer(url, body=case.payload.body, headers={"ETag": '"as published"'})
            settings = web_settings(mirror=web.address, data_dir=folder, artificial_analysis_key="none")
            with tape(f"source-{key}", record=True, stands_for={f"{web.address}/": "https://"}):
                visit(settings, key)


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
    record_sources()
    record_slack()
