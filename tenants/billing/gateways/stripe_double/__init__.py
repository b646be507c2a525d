"""The Stripe double: a development server that answers like Stripe, as far as we use it.

It is no part of the product in production and holds everything in memory. The official library
talks to it over HTTP; see docs/how-to/try-stripe.md.
"""
