"""The Scrapy project: what is fetched and how it is read; the rest of the line is in ``topspot``."""
