// What the compiler says of JSON that is written as a literal: only there it notices a key that the type does not have.
import { join } from 'node:path';
import ts from 'typescript';

const OPTIONS = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
};

/** The last line of a message is the one that names the key. */
const lastLineOf = (messageText) => ts.flattenDiagnosticMessageText(messageText, '\n').split('\n').at(-1).trim();

/**
 * Compiles a source that stands in no file.
 * @param root folder from which packages are found
 * @returns each problem with its place in the source, in characters
 */
export const literalProblems = (root, source) => {
  const file = join(root, 'literals.ts');
  const host = ts.createCompilerHost(OPTIONS);
  const { readFile, fileExists } = host;
  const program = ts.createProgram([file], OPTIONS, {
    ...host,
    fileExists: (path) => path === file || fileExists.call(host, path),
    readFile: (path) => (path === file ? source : readFile.call(host, path)),
    getSourceFile: (path, version) =>
      path === file ? ts.createSourceFile(path, source, version, true) : host.getSourceFile(path, version),
  });
  return ts
    .getPreEmitDiagnostics(program)
    .filter(({ file: { fileName } = {} }) => fileName === file)
    .map(({ messageText, start }) => ({ start, says: lastLineOf(messageText) }));
};
