"""Parts that all views share: texts, layouts, posts, forms."""
