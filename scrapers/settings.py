"""The settings of Scrapy, each with its reason.

The constants are what Scrapy's own commands read as well; what depends on the operator is added by
``scrapy_settings``.
"""

from typing import Final

from topspot.settings import Settings

BOT_NAME = "topspot"
SPIDER_MODULES: Final = ["scrapers.spiders"]

# A crawl is a coroutine of the program's one loop, so that `serve` can start as many as it likes.
TWISTED_REACTOR_ENABLED = False
# On by default in Scrapy: a server on loopback that runs whatever Python is posted to it.
REMOTE_CONTROL_ENABLED = False

# Everything goes through our one handler, which keeps the limits; other schemes are not visited at all.
DOWNLOAD_HANDLERS: Final = {
    "http": "scrapers.handler.DownloadHandler",
    "https": "scrapers.handler.DownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
# The handler unpacks gzip strictly; Scrapy's own middleware, left out below, takes what it can get of a body that
# breaks off. Parsers judge bytes, so any type is welcome; one encoding, because each further one is a further way
# to hide a bomb.
DEFAULT_REQUEST_HEADERS: Final = {"Accept": "*/*", "Accept-Encoding": "gzip"}

# Polite: one request at a time to a host, at the pace that the operator chose, not at half of it.
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY_JITTER = 0
# Hosts are visited side by side; this many times the largest payload is the most that a crawl holds in memory.
CONCURRENT_REQUESTS = 16
# An answer is one item, and answers are kept one at a time; Scrapy starts this many workers for each response.
CONCURRENT_ITEMS = 1

ROBOTSTXT_OBEY = True
# The product's name alone: a contact in the user agent must not match another robot's rules.
ROBOTSTXT_USER_AGENT = "Topspot"

RETRY_TIMES = 2
REDIRECT_MAX_TIMES = 5

# All that a crawl is made of, instead of Scrapy's lists with what is off in them: a component that is off is
# imported all the same, and half of them bring libraries of their own. There are no cookies, no proxy (it would
# resolve names itself, past the guard), no referrer (addresses may carry a key that the next host has no
# business to see), no meta refresh (a challenge page that reloads itself is not an answer) and no cache.
DOWNLOADER_MIDDLEWARES_BASE: Final = {
    "scrapers.middlewares.Robots": 100,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapers.middlewares.PatientRetry": 550,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
    # inside the redirects, so that it sees each hop
    "scrapers.middlewares.Conditional": 610,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
}
# The spider turns every status into an answer, and an address of any length is somebody's address.
SPIDER_MIDDLEWARES_BASE: Final = {"scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25}
# What happened is in the answers, and one line a source is logged from them.
EXTENSIONS_BASE: Final[dict[str, int]] = {}
LOG_ENABLED = False
STATS_DUMP = False


def scrapy_settings(settings: Settings) -> dict[str, object]:
    """Return the settings of a crawl for an operator's ``settings``, without item pipelines."""
    fixed = {name: value for name, value in globals().items() if name.isupper()}
    return fixed | {
        "USER_AGENT": settings.user_agent,
        "DOWNLOAD_DELAY": settings.download_delay,
        "DOWNLOAD_TIMEOUT": settings.download_timeout,
        "DOWNLOAD_MAXSIZE": settings.download_max_bytes,
        "TOPSPOT_MIRROR": settings.mirror,
    }
