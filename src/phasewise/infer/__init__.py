"""Prediction with NumPy alone; training libraries and data frames are never imported here."""
