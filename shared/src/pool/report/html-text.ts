const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

/** A coordinate with one decimal: fine enough for a screen, short enough for a page. */
export function coordinate(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** A fraction as a percentage with one decimal. */
export function percentText(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}
