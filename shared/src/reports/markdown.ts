/** A bullet a line; `- none` for no item. */
export function bullets(items: readonly string[]): string {
  return items.length === 0 ? '- none' : items.map((item) => `- ${item}`).join('\n');
}

/** A heading and what stands below it. */
export function section(level: 1 | 2 | 3, title: string, body: string): string {
  return `${'#'.repeat(level)} ${title}\n\n${body}\n`;
}

/** Sections with one blank line between them. */
export function page(...sections: readonly string[]): string {
  return sections.join('\n');
}

/** The list, or what stands for an empty one. */
export function orNone(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}
