import { Injectable } from '@nestjs/common';
import { RequestInvalid, type RequestIssue } from '../platform/http/http.errors.js';
import { IssueList } from '../platform/http/issue-list.js';
import { RequestReader } from '../platform/http/request-reader.js';
import { ModelCatalogue } from '../providers/model-catalogue.port.js';
import { PRESET_CATEGORIES, VIDEO_PARAMETERS } from './presets.data.js';
import { ChangePresetDto, CreatePresetDto } from './presets.dto.js';

/** Fields that may hold anything. */
type Fields = Readonly<Record<string, unknown>>;

const isSet = (value: unknown): boolean => value !== undefined && value !== null;
const fieldsIn = (value: unknown): Fields => (typeof value === 'object' && value !== null ? { ...value } : {});

const textIn = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : null;

const of = (loc: readonly string[], msg: string): RequestIssue => ({ loc: ['body', ...loc], msg, type: 'value_error' });

const ownerless = ({ visibility, owner }: Fields): readonly RequestIssue[] =>
  visibility === 'private' && !isSet(owner) ? [of(['owner'], 'A private preset needs an owner')] : [];

const forVideosOnly = (parameters: Fields): readonly RequestIssue[] =>
  VIDEO_PARAMETERS.filter((name) => isSet(parameters[name])).map((name) =>
    of(['parameters', name], `A preset for images has no ${name}`),
  );

/** What is wrong with a preset beyond single fields, told together with whatever else is wrong with its body. */
@Injectable()
export class PresetCheck {
  constructor(
    requests: RequestReader,
    private readonly models: ModelCatalogue,
  ) {
    requests.addCheck(CreatePresetDto, (body, issues) => {
      this.add([...ownerless(body), ...this.unfitParameters(body)], issues);
    });
    requests.addCheck(ChangePresetDto, (body, issues) => {
      this.add(this.unfitParameters(body), issues);
    });
  }

  /** @throws RequestInvalid for a body whose fields are all right, but not together */
  refuseUnfit(body: CreatePresetDto | ChangePresetDto): void {
    const fields = fieldsIn(body);
    const issues = [...(body instanceof CreatePresetDto ? ownerless(fields) : []), ...this.unfitParameters(fields)];
    if (issues.length > 0) throw new RequestInvalid(issues);
  }

  private add(found: readonly RequestIssue[], issues: IssueList): void {
    for (const { loc, msg, type } of found) issues.add(loc, msg, type);
  }

  private unfitParameters({ category: named, parameters: given }: Fields): readonly RequestIssue[] {
    const parameters = fieldsIn(given);
    const category = PRESET_CATEGORIES.find((each) => each === named);
    if (!category) return [];
    return [...(category === 'image' ? forVideosOnly(parameters) : []), ...this.unfitModel(category, parameters)];
  }

  /** A model that is not known, or that makes something else. */
  private unfitModel(category: 'image' | 'video', parameters: Fields): readonly RequestIssue[] {
    const [provider, model] = [textIn(parameters['provider']), textIn(parameters['model'])];
    if (provider === null && model === null) return [];
    const issues = this.models.issuesOf(provider, model, category);
    if (issues.length > 0)
      return issues.map((issue) => ({ ...issue, loc: ['body', 'parameters', ...issue.loc.slice(1)] }));
    const { types } = this.models.resolve(provider, model, category).model;
    return types.includes(category) ? [] : [of(['parameters', 'model'], `Makes no ${category}s: ${String(model)}`)];
  }
}
