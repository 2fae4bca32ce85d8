import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ResourceNotFound } from './http.errors.js';
import { ProblemCatalogue, type ProblemKind, problemType } from './problem-codes.js';
import { cut } from './safe-text.js';
import { TakesAnyInput } from './undeclared-input.guard.js';

const STYLE = `:root{color-scheme:dark}body{margin:3rem auto;max-width:44rem;padding:0 1rem;background:#111827;color:#f3f4f6;
font:16px/1.6 system-ui,sans-serif}a{color:#60a5fa}code{background:#1f2937;padding:.1em .35em;border-radius:4px}
dt{color:#9ca3af;margin-top:1rem}dd{margin:0}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.4rem .8rem .4rem 0;border-bottom:1px solid #374151}th{color:#9ca3af;font-weight:normal}`;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const html = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character).replace(/`([^`]+)`/g, '<code>$1</code>');

const page = (title: string, content: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>${html(title)}</title><style>${STYLE}</style></head><body>${content}</body></html>\n`;

const retryWords = ({ retryable }: ProblemKind): string =>
  retryable ? 'Yes, as a rule; the header `X-Error-Retryable` says it for the single case.' : 'No, not unchanged.';

const article = (code: string, kind: ProblemKind): string => {
  const facts: readonly (readonly [string, string])[] = [
    ['Status', String(kind.status)],
    ['What it means', kind.meaning],
    ['What to do', kind.remedy],
    ['May the same request succeed later?', retryWords(kind)],
    ['For example', kind.example],
  ];
  const list = facts.map(([term, text]) => `<dt>${html(term)}</dt><dd>${html(text)}</dd>`).join('');
  return `<p><a href="/docs/problems">All problems</a></p><h1>${html(kind.title)}</h1><p><code>${html(code)}</code></p><dl>${list}</dl>`;
};

/** The pages that the `type` of every problem points to, made from the same table. */
@ApiExcludeController()
@TakesAnyInput()
@Controller('docs/problems')
export class ProblemDocsController {
  constructor(private readonly catalogue: ProblemCatalogue) {}

  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  list(): string {
    const rows = this.catalogue
      .entries()
      .map(
        ([code, kind]) =>
          `<tr><td>${String(kind.status)}</td><td><a href="${problemType(code)}">${html(code)}</a></td><td>${html(kind.title)}</td></tr>`,
      );
    return page(
      'Problems',
      `<h1>Problems</h1><table><tr><th>Status</th><th>Code</th><th>Title</th></tr>${rows.join('')}</table>`,
    );
  }

  /** @throws ResourceNotFound for a code that does not stand in the table. */
  @Get(':code')
  @Header('Content-Type', 'text/html; charset=utf-8')
  one(@Param('code') code: string): string {
    const kind = this.catalogue.get(code);
    if (kind === undefined) throw new ResourceNotFound(`There is no problem code ${cut(code)}`);
    return page(kind.title, article(code, kind));
  }
}
