"""From the outbox to the reader: rendering, the ways out (Slack, webhook, console) and the sender."""
