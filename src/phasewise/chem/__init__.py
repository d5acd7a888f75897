"""Elements, oxides, formulae, stoichiometry and names of minerals."""
