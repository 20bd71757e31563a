"""Hugging Face on the stand-in for the web: a redirect to an address that is signed anew each time."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from scrapers.boards import lmarena
from standins.site import Connection, How, Site, head, raw

CDN = "https://cas-bridge.xethub.hf.co"


@dataclass
class Hub:
    """``hub.publish("webdev", bytes)`` serves these bytes from now on; ``hub.break_down`` serves a fault.

    ``before_download`` is called before each answer of the CDN, in a thread of the stand-in.
    """

    site: Site
    before_download: Callable[[], None] = lambda: None
    _served: dict[str, bytes | How] = field(default_factory=dict)
    _signature: "count[int]" = field(default_factory=count)

    @property
    def downloads(self) -> int:
        """How often bytes were asked for."""
        return sum(page.startswith(CDN) for page in self.site.pages)

    def publish(self, subset: str, body: bytes) -> None:
        """Serve these bytes for a subset."""
        self._serve(lmarena.address(subset), body)

    def publish_history(self, subset: str, body: bytes) -> None:
        """Serve these bytes as all that a subset ever published."""
        self._serve(lmarena.history_address(subset), body)

    def break_down(self, subset: str, how: How) -> None:
        """Let the hub answer for a subset in some other way."""
        self._serve(lmarena.address(subset), how)

    def break_down_history(self, subset: str, how: How) -> None:
        """Let the hub answer for the history of a subset in some other way."""
        self._serve(lmarena.history_address(subset), how)

    def _serve(self, url: str, served: bytes | How) -> None:
        if url not in self._served:
            self.site.answer(url, how=lambda connection: self._redirect(url, connection))
        self._served[url] = served

    def _redirect(self, url: str, connection: Connection) -> None:
        served = self._served[url]
        if callable(served):
            served(connection)
            return
        name = hashlib.sha256(served).hexdigest()
        signed = f"{CDN}/xet-bridge-us/{name}?X-Amz-Signature={next(self._signature)}"
        answer = head(200, {"Content-Length": str(len(served)), "ETag": f'"{name[:32]}"'}) + served

        def download(connection: Connection) -> None:
            self.before_download()
            connection.send(answer)

        self.site.answer(signed, how=download)
        linked = {"Location": signed, "X-Linked-ETag": f'"{name}"', "Content-Length": "0"}
        raw(head(302, linked))(connection)
