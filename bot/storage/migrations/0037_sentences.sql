-- A language model's sentence on the card of a surge or a digest; null: none, or a post of it was hidden since.
CREATE TABLE entry_sentences (
  entry_id INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
  sentence TEXT
) STRICT;

CREATE INDEX entries_cards ON entries (ended_at) WHERE kind IN ('surge', 'digest');
