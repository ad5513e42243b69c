"""Takes README's picture from a running collector: the book of the client with the most devices, as a technician sees it.

``python -m tests.pages.screenshot URL NAME PASSWORD FILE.png [--language it] [--dark]``
"""

import argparse
import re

from playwright.sync_api import Page

from tests.pages.browser import chromium, sign_in

WIDTH, HEIGHT = 1280, 900


def fullest_client(page: Page, url: str) -> str:
    """The address of the site's book that shows the most devices."""
    page.goto(f"{url}/clients")
    rows = page.eval_on_selector_all(
        "tbody.group tr",
        "rows => rows.map(row => [row.querySelector('a[href*=\"site=\"]')?.href, row.querySelector('.figure')?.textContent])",
    )
    counted = [(int(re.sub(r"\D", "", figure.split()[0]) or 0), href) for href, figure in rows if href and figure]
    if not counted:
        raise SystemExit("this collector has no site yet: nothing to take a picture of")
    return str(max(counted)[1])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    for name in ("url", "name", "password", "file"):
        arguments.add_argument(name)
    arguments.add_argument("--language", default="en")
    arguments.add_argument("--dark", action="store_true")
    given = arguments.parse_args()
    with chromium() as browser:
        page = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="dark" if given.dark else "light", locale=given.language
        )
        sign_in(page, given.url.rstrip("/"), given.name, given.password)
        page.goto(fullest_client(page, given.url.rstrip("/")))
        page.screenshot(path=given.file)


if __name__ == "__main__":
    main()
