"""Text made harmless in HTML."""

RARE = True  # for pages that are made


def escape(text):
    """`text` with & < > " ' as character references, fit for elements and quoted attributes."""
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("'", "&#39;")
    )
