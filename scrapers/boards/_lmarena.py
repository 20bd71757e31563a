"""LMArena's boards, which several sources tell of, and the columns of its dataset."""

from topspot.domain.values import RATING, Board, Scale

SUBSETS = {
    "text": "Text",
    "text_style_control": "Text with style control",
    "vision": "Vision",
    "vision_style_control": "Vision with style control",
    "webdev": "WebDev",
    "search": "Search",
    "search_style_control": "Search with style control",
    "document": "Document",
    "document_style_control": "Document with style control",
    "text_to_image": "Text to Image",
    "image_edit": "Image Edit",
    "text_to_video": "Text to Video",
    "image_to_video": "Image to Video",
    "video_edit": "Video Edit",
}

HEADLINE = "text_style_control"

TRUST = ("lmarena", "lmarena-catalog", "lmarena-catalog-rounded", "lmarena-csv", "lmarena-tables", "lmarena-page")
"""The series that tell of these boards, the most trusted first."""

BOARDS = {
    subset: Board(
        key=f"lmarena/{subset.replace('_', '-')}",
        name=f"LMArena {name}",
        scale=RATING,
        intervals=True,
        headline=subset == HEADLINE,
        trust=TRUST,
    )
    for subset, name in SUBSETS.items()
}

AGENT = Board(
    key="lmarena/agent",
    name="LMArena Agent",
    scale=Scale("percent", -100.0, 100.0),
    intervals=True,
    trust=TRUST,
    fewest_rows=17,
)
"""How much better than the average a model does as an agent, which the dataset does not have."""

COLUMNS = {
    "model_name": "text",
    "organization": "text",
    "license": "text",
    "rating": "number",
    "rating_lower": "number",
    "rating_upper": "number",
    "vote_count": "number",
    "rank": "number",
    "category": "text",
    "leaderboard_publish_date": "date",
}
