"""A language model at an endpoint like OpenAI's: the operator's own, and never a source of posts."""
