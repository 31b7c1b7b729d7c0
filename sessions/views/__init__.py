"""HTTP: guard, fetch, form, save, redirect. One action, one function."""

from .gate import gate

__all__ = ["gate"]
