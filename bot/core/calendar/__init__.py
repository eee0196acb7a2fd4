"""Wall clocks, quiet hours and digest schedules in a time zone. Pure."""
