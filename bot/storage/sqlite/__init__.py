"""SQLite: connections, migrations, files."""
