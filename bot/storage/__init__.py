"""Memory: everything that must survive a restart."""
