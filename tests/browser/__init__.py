"""Pages in a real browser: Chromium, led by Playwright. ``make browser`` runs them."""
