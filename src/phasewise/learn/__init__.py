"""Training of models. Needs the extra ``train``; never imported at prediction."""
