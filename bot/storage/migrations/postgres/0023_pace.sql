-- Alerts a day that a subscription is to get, about; NULL: every post that reaches min_rp.
ALTER TABLE subscriptions ADD COLUMN pace BIGINT;
