-- Index of the operator's own watches, which every viewer may know of.
CREATE INDEX watches_of_operator ON watches (topic_key) WHERE operator = 1;
