-- What everybody may know of: the operator's own watches, found without a look at all others.
CREATE INDEX watches_of_operator ON watches (topic_key) WHERE operator = 1;
