"""Benchmarks: the budgets of the design beside what is measured."""
