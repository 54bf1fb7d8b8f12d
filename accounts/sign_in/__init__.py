"""How a person proves who they are: what we narrow, seal and count around allauth."""
