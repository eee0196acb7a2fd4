"""PostgreSQL alone: its sessions, values, errors, migrations and locks."""
