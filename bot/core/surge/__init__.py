"""Surges: hours in which a topic is talked about far more than is normal for it at that hour.

    observation -> hours -> baseline -> bins -> evidence -> episodes -> alerts -> events

``detector.observe`` takes a state and an observation, and returns the next state and its events. No part reads a
clock. The method and what it was measured on: docs/design/surges.md.
"""
