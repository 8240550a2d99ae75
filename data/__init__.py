"""The words and the tables that every layer shares: see `data.model` and `data.tables`."""
