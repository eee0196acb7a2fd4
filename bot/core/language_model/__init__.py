"""Tasks for a language model, and checks of its answers. Pure: a model is believed nothing."""
