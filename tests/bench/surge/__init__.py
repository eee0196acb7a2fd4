"""The surge detector of ``bot.core.surge`` on a given series, on real ones in hindsight, and on made ones."""
