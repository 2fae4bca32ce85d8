import { cleanFields, withoutSecrets, withoutTexts } from './redaction.js';

describe('a text for the log', () => {
  it.each([
    ['postgresql://user:pa@ss@db.example:5432/x', 'postgresql://…@db.example:5432/x'],
    ['redis://:secret@localhost failed, rediss://u:p@h too', 'redis://…@localhost failed, rediss://…@h too'],
    ['/api/uploads/1?expires=2&signature=abc-_', '/api/uploads/1?expires=2&signature=…'],
    ['/api/uploads/1?signature=abc&expires=2#x', '/api/uploads/1?signature=…&expires=2#x'],
    ['/x?Signature=a&api_key=b&X-Amz-Signature=c', '/x?Signature=…&api_key=…&X-Amz-Signature=…'],
    ['Authorization: Bearer abc.def-12345', 'Authorization: Bearer …'],
  ])('shows no secret: %s', (text, shown) => {
    expect(withoutSecrets(text)).toBe(shown);
  });

  it.each(['/x?designature=a', 'https://example.com/a@b', 'a bearer of news', 'user@example.com', '/x?keyword=a'])(
    'keeps what is none: %s',
    (text) => {
      expect(withoutSecrets(text)).toBe(text);
    },
  );

  it('repeats no hidden text, plain or in JSON, the longest first', () => {
    const hidden = ['a "red" car', 'a "red" car at night', ''];
    expect(withoutTexts(`no: a "red" car at night, ${JSON.stringify({ prompt: 'a "red" car' })}`, hidden)).toBe(
      'no: [hidden], {"prompt":"[hidden]"}',
    );
  });
});

describe('a prompt in a line', () => {
  it('is a hash and a length', () => {
    expect(cleanFields({ msg: 'x', prompt: 'a red car' }, false)).toEqual({
      ...{ msg: 'x', prompt_hash: '4ff7ca0b5aba', prompt_length: 9 },
    });
    expect(cleanFields({ negative_prompt: 'blur', prompt: { text: 'a' } }, false)).toEqual({
      ...{ negative_prompt_hash: expect.stringMatching(/^[0-9a-f]{12}$/) as string, negative_prompt_length: 4 },
      prompt: '[Redacted]',
    });
  });
});
