// Rings between folders, apart from the other rules because specs do not count here: they lead through test/support and back.
const { options } = require('./.dependency-cruiser.cjs');

module.exports = {
  forbidden: [
    {
      name: 'no-folder-cycle',
      comment: 'Capabilities form a tree: turn one of the arrows round by an event that the other side projects.',
      severity: 'error',
      scope: 'folder',
      from: { path: '^src/[^/]+$' },
      to: { circular: true },
    },
  ],
  options: { ...options, exclude: { path: ['^(?:dist|coverage|[.]darkroom|test)/', '[.]spec[.]ts$'] } },
};
