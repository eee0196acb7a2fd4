"""Charts as SVG, pure: same data, same text. Only digits and marks; words stay in the message beside it."""
