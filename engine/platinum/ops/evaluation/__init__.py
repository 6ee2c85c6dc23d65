"""What another policy would have achieved, from a deployment's own log (treatment-formulas 5.4)."""
