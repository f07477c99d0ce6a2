"""The figures of the centre: counted for a month, told to the first deputy head, with the cards behind them (2.7, 2.8.12)."""
