"""The live API: credentials, rate, client, and the overflow rules in a queue's JSON."""
