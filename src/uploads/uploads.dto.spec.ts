import { fillDto } from '../platform/http/dto-reader.js';
import { IssueList } from '../platform/http/issue-list.js';
import { RequestInvalid, type RequestIssue } from '../platform/http/http.errors.js';
import { PresignDto, toWish } from './uploads.dto.js';

const OK = { filename: 'harbour.png', content_type: 'image/png', size: 1000 };

const issuesOf = (body: object): readonly RequestIssue[] => {
  const issues = new IssueList();
  fillDto(PresignDto, body, 'body', issues);
  try {
    issues.throwIfAny();
    return [];
  } catch (error) {
    if (error instanceof RequestInvalid) return error.issues;
    throw error;
  }
};

describe('PresignDto', () => {
  it('says everything that is wrong at once', () => {
    expect(issuesOf({ filename: '', content_type: 'image/gif', size: 0, user_id: 0, colour: 'red' })).toEqual([
      { loc: ['body', 'colour'], msg: 'Unknown field: colour', type: 'extra_forbidden' },
      expect.objectContaining({ loc: ['body', 'filename'] }),
      { loc: ['body', 'content_type'], msg: 'Invalid content_type: image/gif', type: 'value_error' },
      expect.objectContaining({ loc: ['body', 'size'] }),
      expect.objectContaining({ loc: ['body', 'user_id'] }),
    ]);
    expect(issuesOf({}).map(({ loc, type }) => [...loc, type])).toEqual([
      ['body', 'filename', 'missing'],
      ['body', 'content_type', 'missing'],
      ['body', 'size', 'missing'],
    ]);
  });

  it.each([
    ['size', 1],
    ['size', 20_971_520],
    ['content_type', 'image/jpeg'],
    ['content_type', 'image/webp'],
    ['filename', 'Hafen – 港 (2).jpeg'],
    ['filename', 'x'.repeat(255)],
    ['user_id', 2 ** 31 - 1],
  ])('takes %s %j', (field, value) => {
    expect(issuesOf({ ...OK, [field]: value })).toEqual([]);
  });

  it.each([
    ['size', 20_971_521],
    ['size', 1.5],
    ['size', '1000'],
    ['size', null],
    ['content_type', 'IMAGE/PNG'],
    ['content_type', 'image/png; charset=utf-8'],
    ['content_type', ['image/png']],
    ['filename', '   '],
    ['filename', '../../etc/passwd'],
    ['filename', 'C:\\pictures\\harbour.png'],
    ['filename', 'harbour\n.png'],
    ['filename', 'x'.repeat(256)],
    ['filename', 7],
    ['user_id', 2 ** 31],
  ])('refuses %s %j', (field, value) => {
    expect(issuesOf({ ...OK, [field]: value }).map(({ loc }) => loc)).toEqual([['body', field]]);
  });

  it('belongs to user 1 unless it says otherwise, and its name has no space around it', () => {
    expect(toWish({ ...OK, filename: ' a b.png ', content_type: 'image/png' })).toEqual({
      user_id: 1,
      filename: 'a b.png',
      content_type: 'image/png',
      size: 1000,
    });
    expect(toWish({ ...OK, content_type: 'image/png', user_id: 7 }).user_id).toBe(7);
  });
});
