// A card's detail as an EHR shows it: GitHub Flavored Markdown, rendered and then sanitised.

import {marked} from './lib/marked/marked.esm.js';
import DOMPurify from './lib/dompurify/purify.es.mjs';

const ALLOWED = {
  ALLOWED_TAGS: ['p', 'br', 'strong', 'em', 'del', 'code', 'pre', 'ul', 'ol', 'li', 'a', 'blockquote', 'hr',
    'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ALLOWED_ATTR: ['href'],
  ALLOWED_URI_REGEXP: /^https?:/i,
  RETURN_DOM_FRAGMENT: true,
};

/** Nodes that can be put into the page; links open elsewhere and tell nobody whence. */
export function render(text) {
  const fragment = DOMPurify.sanitize(marked.parse(text ?? '', {gfm: true, async: false}), ALLOWED);
  for (const link of fragment.querySelectorAll('a')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
  // a card's own headings must not break the page's outline
  for (const heading of fragment.querySelectorAll('h1,h2,h3,h4,h5,h6')) {
    const line = document.createElement('p');
    const strong = document.createElement('strong');
    strong.append(...heading.childNodes);
    line.append(strong);
    heading.replaceWith(line);
  }
  return fragment;
}
