"""Names of the countries that developers have their headquarters in, for sentences that people read."""

NAMES = {
    "AE": "United Arab Emirates",
    "AU": "Australia",
    "CA": "Canada",
    "CH": "Switzerland",
    "CN": "China",
    "DE": "Germany",
    "ES": "Spain",
    "FR": "France",
    "GB": "United Kingdom",
    "HK": "Hong Kong",
    "IL": "Israel",
    "IN": "India",
    "IT": "Italy",
    "JP": "Japan",
    "KR": "South Korea",
    "NL": "Netherlands",
    "RU": "Russia",
    "SE": "Sweden",
    "SG": "Singapore",
    "TW": "Taiwan",
    "US": "United States",
}
"""By ISO 3166-1 alpha-2 code, as people say it; a test keeps the registry's countries in it."""


def country_name(code: str) -> str:
    """Give the name of a country by its code, or the code where it has no name here."""
    return NAMES.get(code, code)
