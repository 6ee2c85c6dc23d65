"""The firm seen from outside in: measures of how customers are treated, from their profiles and decisions; pure but for its page."""
