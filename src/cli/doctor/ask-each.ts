/** Asks about every item, so many at a time; the answers are in the order of the items. */
export async function askEach<Item, Answer>(
  items: readonly Item[],
  atOnce: number,
  ask: (item: Item) => Promise<Answer>,
): Promise<readonly (readonly [Item, Answer])[]> {
  const answers: (readonly [Item, Answer])[] = [];
  const waiting = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of waiting) answers[index] = [item, await ask(item)];
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  return answers;
}
