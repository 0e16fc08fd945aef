"""Figures beside the limit of the same machine in the same run; nothing here passes or fails."""
