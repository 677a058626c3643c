"""The digest by mail: lists, checks, the outbox's letters, SMTP, and how to leave a list.

recipients.py   who gets what: the lists of a sources.yaml
tailoring.py    the digest as one list wants it
letters.py      one message a recipient, made from one rendering
checks.py       what must be true of a mail before it goes out (contrast.py: its colours,
                    links.py: whether its addresses open, which needs the network)
sending.py      one SMTP connection, with the final dot as a step of its own
delivery.py     the outbox emptied: rate, connections, retries, never twice
mailing.py      the steps above in order, for the command and the flow
unsubscribe.py  tokens, and what a request to leave does
"""
