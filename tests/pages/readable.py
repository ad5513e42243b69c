"""What a reader with bad eyes, or with a screen reader, would stumble over on a page. Source: WCAG 2.2, levels A and AA.

Looks at: names of fields, buttons and links (4.1.2), alternative texts (1.1.1), headings in order (1.3.1), ids that stand twice, the page's
language and title (3.1.1, 2.4.2), contrast of text (1.4.3: 4.5, or 3 where it is large), height of what is pressed (2.5.8: 24 px).
"""

from playwright.sync_api import Page

SCRIPT = """
() => {
  const faults = [];
  const shown = element => element.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const name = element => (element.getAttribute('aria-label') || element.innerText || element.textContent || element.title || '').trim();
  const label = element => element.tagName + (element.id ? '#' + element.id : '') + ' ' + name(element).slice(0, 40);

  for (const field of document.querySelectorAll('input:not([type=hidden]), select, textarea'))
    if (![...field.labels].some(one => name(one))) faults.push('no label: ' + label(field) + field.name);
  for (const pressed of document.querySelectorAll('a[href], button, summary'))
    if (!name(pressed) && !pressed.querySelector('img[alt]:not([alt=""])')) faults.push('no name: ' + pressed.outerHTML.slice(0, 120));
  for (const image of document.querySelectorAll('img')) if (!image.hasAttribute('alt')) faults.push('no alternative: ' + image.src);
  if (!document.documentElement.lang || !document.title.trim()) faults.push('no language or title');

  let before = 0;
  for (const heading of document.querySelectorAll('h1, h2, h3, h4')) {
    const level = Number(heading.tagName[1]);
    if (level > before + 1) faults.push(`a heading of level ${level} after ${before}: ${name(heading).slice(0, 40)}`);
    before = level;
  }
  const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
  for (const id of new Set(ids)) if (ids.filter(one => one === id).length > 1) faults.push('twice: #' + id);
  for (const link of document.querySelectorAll('a[href^="#"]'))
    if (!document.getElementById(link.getAttribute('href').slice(1))) faults.push('leads nowhere: ' + link.getAttribute('href'));

  for (const pressed of document.querySelectorAll('button, .button, input:not([type=hidden]), select'))
    if (shown(pressed) && pressed.getBoundingClientRect().height < 24) faults.push('too small: ' + label(pressed));

  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = ([r, g, b]) => {
    const part = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const behind = element => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const layer = rgba(getComputedStyle(at).backgroundColor);
      layers.push(layer);
      if (layer[3] === 255) break;
    }
    return layers.reverse().reduce((under, over) => {
      const share = over[3] / 255;
      return [0, 1, 2].map(i => over[i] * share + under[i] * (1 - share));
    }, [255, 255, 255]);
  };
  const seen = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !shown(element) || element.closest('.unseen, .skip, option')) continue;
    const style = getComputedStyle(element);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    const [one, other] = [light(rgba(style.color)), light(behind(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    const key = style.color + element.className + element.parentElement.className;
    if (ratio < (large ? 3 : 4.5) && !seen.has(key)) {
      seen.add(key);
      faults.push(`contrast ${ratio.toFixed(2)}: ${label(element)}`);
    }
  }
  return faults;
}
"""


def faults_of(page: Page) -> list[str]:
    faults: list[str] = page.evaluate(SCRIPT)
    return faults
