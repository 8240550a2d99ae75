"""The words and the tables that every layer shares: see model.py and tables.py."""
