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
TELNETCONSOLE_ENABLED = False

# Everything goes through our one handler, which keeps the limits; other schemes are not visited at all.
DOWNLOAD_HANDLERS: Final = {
    "http": "scrapers.handler.DownloadHandler",
    "https": "scrapers.handler.DownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
# The handler unpacks gzip strictly; Scrapy's middleware takes what it can get of a body that breaks off.
COMPRESSION_ENABLED = False
# Parsers judge bytes, so any type is welcome; one encoding, because each further one is a further way to
# hide a bomb.
DEFAULT_REQUEST_HEADERS: Final = {"Accept": "*/*", "Accept-Encoding": "gzip"}

# Polite: one request at a time to a host, at the pace that the operator chose, not at half of it.
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY_JITTER = 0
# Hosts are visited side by side; this many times the largest payload is the most that a crawl holds in memory.
CONCURRENT_REQUESTS = 16

ROBOTSTXT_OBEY = True
# The product's name alone: a contact in the user agent must not match another robot's rules.
ROBOTSTXT_USER_AGENT = "Topspot"
COOKIES_ENABLED = False
# A proxy resolves names itself, past the guard against private addresses.
HTTPPROXY_ENABLED = False
# Addresses may carry a key or a signature that the next host has no business to see.
REFERRER_POLICY = "no-referrer"

RETRY_TIMES = 2
REDIRECT_MAX_TIMES = 5
# A challenge page that reloads itself is not an answer; its parser says so.
METAREFRESH_ENABLED = False

DOWNLOADER_MIDDLEWARES: Final = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapers.middlewares.Robots": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapers.middlewares.PatientRetry": 550,
    # inside Scrapy's redirects at 600, so that it sees each hop
    "scrapers.middlewares.Conditional": 610,
}

# The spider turns every status into an answer, and an address of any length is somebody's address.
HTTPERROR_ALLOW_ALL = True
URLLENGTH_LIMIT = 0

# What happened is in the answers, and one line a crawl is logged from them.
LOG_ENABLED = False
LOGSTATS_INTERVAL = 0
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
