"""Tests mirror the apps; journeys tell whole stories."""
