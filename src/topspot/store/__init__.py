"""The database and the archive: tables, migrations, what is written and what is read."""
