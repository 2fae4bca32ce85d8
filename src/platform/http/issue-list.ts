import { RequestInvalid, type RequestIssue } from './http.errors.js';
import { cut } from './safe-text.js';

const MAX_LISTED = 50;

export type Loc = readonly (string | number)[];

/** Collects invalid fields: the first word about a field counts, and at most 50 are kept while the rest is counted. */
export class IssueList {
  private readonly issues: RequestIssue[] = [];
  private readonly places = new Set<string>();
  private total = 0;

  get isEmpty(): boolean {
    return this.total === 0;
  }

  add(loc: Loc, msg: string, type: string): void {
    const place = JSON.stringify(loc);
    if (this.places.has(place)) return;
    this.places.add(place);
    this.total += 1;
    if (this.issues.length === MAX_LISTED) return;
    const shortened = loc.map((segment) => (typeof segment === 'string' ? cut(segment) : segment));
    this.issues.push({ loc: shortened, msg: cut(msg, 300), type });
  }

  /** @throws RequestInvalid when anything was added. */
  throwIfAny(): void {
    if (!this.isEmpty) throw new RequestInvalid(this.issues, this.total);
  }
}
