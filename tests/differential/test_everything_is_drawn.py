"""What the generated worlds are good for: every construct, state, tie and edge comes up in them."""
