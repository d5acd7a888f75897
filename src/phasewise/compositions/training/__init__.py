"""How the models of compositions are made: cleaning, simulation, counter-examples, recipes.

Nothing here is used at prediction.
"""
