"""What is kept: tables, queries, search, migrations, audit.

Reading for screens is `reading` (standard library only, so that the first screen comes at once); everything that
writes goes through SQLAlchemy Core on the tables of `tables`, inside `database.Database.transaction`.
"""
