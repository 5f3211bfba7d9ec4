"""Somewhere for webhooks to arrive, as for the rules of trust."""

from tests.trust.conftest import post

__all__ = ["post"]
