"""HTTP server for monitoring: liveness, readiness with causes, and metrics for Prometheus."""
