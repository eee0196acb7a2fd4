"""Hidden posts, the record of who hid them, and public answers that show posts."""
