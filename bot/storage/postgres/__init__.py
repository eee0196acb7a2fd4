"""PostgreSQL: sessions, transactions, migrations. The SQL is that of ``storage/sql``, see ``sql/dialect.py``."""
