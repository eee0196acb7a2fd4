"""Storage: state that must survive a restart."""
