import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [root, out, ...globs] = process.argv.slice(2);
const { Config, Linter } = await import(pathToFileURL(`${root}/node_modules/@ibm/tekton-lint/dist/index.js`));
const all = [];
for (const glob of globs) {
  const found = await Linter.run(new Config({ _: [glob], config: root, format: 'json' }));
  all.push(found.map(({ rule, level, message, path, loc }) => ({ rule, level, message, path, line: loc?.startLine ?? 0 })));
}
writeFileSync(out, JSON.stringify(all));
