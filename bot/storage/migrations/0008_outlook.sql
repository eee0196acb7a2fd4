-- Forecast of a watch's polls: JSON of PollForecast, and the value of the last poll at its host (post-hours).
-- NULL: not polled since, or polled at even intervals.
ALTER TABLE watches ADD COLUMN outlook TEXT NOT NULL DEFAULT '{}';
ALTER TABLE watches ADD COLUMN price REAL;
