"""A year of a whole workspace: its people act, the bot is away at times, and every delivery is checked anew.

``town`` and ``people`` say who lives there, ``play`` lets them, ``chronicle`` is what is known of it, ``checks`` and
``questions`` judge it from the rules' words alone, ``tally`` and ``chart`` show how much was said to whom.
"""
