"""How a whole Spotex runs from one command: parts, databases, processes, proxy.

Nothing here imports Django: it starts Django. Read in this order: ``config`` (what is wanted),
``run`` (the story of a start), ``services`` (the processes), ``supervisor`` (how they are kept),
``guard`` (why nothing outlives them).
"""
