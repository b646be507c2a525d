"""How dates are written where Django writes them itself: the staff admin."""
