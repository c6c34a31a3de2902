"""What concerns one member and no community: their settings, their refusals, what is kept of them."""
