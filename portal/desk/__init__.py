"""What waits for somebody: the coordinators' one queue, and each member's own page."""
