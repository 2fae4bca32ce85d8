// What a container is told by its environment has to be something that the program, Node or OpenTelemetry's SDK listens to.

/** Of Node and libuv, and of the SDK, whose standard names are read as they are. */
const OF_OTHERS = /^(?:NODE_OPTIONS|UV_THREADPOOL_SIZE|OTEL_[A-Z0-9_]+)$/;

/** With a password in them. */
export const SECRET_KEYS = ['DATABASE_URL', 'REDIS_URL'];

/** Values that are put together later: by Compose, or by Kubernetes from other variables. */
const isOpen = (value) => /\$[{(]/.test(value);

/**
 * @param keys those of the configuration
 * @param variables name and value; null where the value is known elsewhere
 */
export const environmentProblems = (keys, variables) =>
  Object.entries(variables).flatMap(([name, value]) => {
    const key = keys[name];
    if (key === undefined) return OF_OTHERS.test(name) ? [] : [`there is no setting ${name}`];
    if (value === null || isOpen(String(value))) return [];
    try {
      key.parse(String(value));
      return [];
    } catch (error) {
      return [`${name}=${value} ${error.message}`];
    }
  });
