-- Surges that a subscription was sent, for the chart of its topic.
CREATE INDEX entries_surges ON entries (subscription_id, created_at) WHERE kind = 'surge';
