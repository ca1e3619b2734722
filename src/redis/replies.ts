/** Reads a reply that is a list. Its items are read with {@link text} and {@link texts}. */
export function items(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? reply : [];
}

export function text(reply: unknown): string {
  return typeof reply === 'string' ? reply : String(reply ?? '');
}

export function texts(reply: unknown): string[] {
  return items(reply).map(text);
}
