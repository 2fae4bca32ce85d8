interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Sends calls that wait at the same time as one: a lone call goes at once, and those that come while it is under way leave
 * together when it is back.
 */
export class GroupedCalls<Item, Answer> {
  private waiting: Waiting<Item, Answer>[] = [];
  private busy = false;

  /** @param send answers in the order of its items; when it rejects, each of its calls does */
  constructor(private readonly send: (items: readonly Item[]) => Promise<readonly Answer[]>) {}

  call(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.busy) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.busy = true;
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      await this.sendGroup(group);
    }
    this.busy = false;
  }

  private async sendGroup(group: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.send(group.map(({ item }) => item));
      for (const [index, { resolve, reject }] of group.entries()) {
        const answer = answers[index];
        if (answer === undefined) reject(new Error('A grouped call got no answer.'));
        else resolve(answer);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}
