"""Search: tables in, Elasticsearch between, results out. Knows no web page and no screen."""
