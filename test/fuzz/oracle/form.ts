/** Names in brackets as paths into objects, written apart from the code under test; as PHP takes a body apart. */
export function parsedForm(form: string): object {
  const root: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  // One by one: Node takes minutes for a megabyte of `&` without `=`.
  for (const [name, value] of form.split('&').flatMap((pair) => [...new URLSearchParams(pair)])) {
    const path = name.replaceAll(']', '').split('[');
    let node = root;
    for (const step of path.slice(0, -1)) {
      const next = node[step];
      const inner = typeof next === 'object' && next !== null ? next : (Object.create(null) as object);
      node[step] = inner;
      node = inner as Record<string, unknown>;
    }
    node[path.at(-1) ?? ''] = value;
  }
  return root;
}
