"""Mineral formulae of tables: whose formula a row gets, what it holds, what is odd, how it is printed."""
