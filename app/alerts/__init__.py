"""Alerts: stored searches that tell what changed, and messages to those who run the collection.

- `subscriptions`: the file `subscriptions.yml`; `digest`: what a message says;
- `outbox`: messages until they are delivered, in the state file; `delivery`: through apprise;
- `announce`: from changes to messages; `incidents`: what operators are told, once when it breaks, once when it is well.
"""
