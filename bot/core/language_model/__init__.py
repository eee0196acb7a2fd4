"""What a language model is asked, and which of its answers are used. Pure: a model is believed nothing."""
