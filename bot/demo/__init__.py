"""A first look without a token: a simulated Discord in the browser and a small local trend site."""
