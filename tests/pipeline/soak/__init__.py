"""Weeks of simulated time over a zoo of publishers: each article told once, no watch deaf, memory flat.

    habits ─▶ publisher (its articles, and what it shows at a time) ─▶ wire (written, packed, answered)
                              │                                            │
                              └────────── judge ◀── told ◀── run (the real bot on a fake Discord)

``python -m tests.pipeline.soak --days 30 --publishers 60 --seed 1``
"""
