"""HTTP: guard, fetch, form, save, redirect. One action, one function."""
