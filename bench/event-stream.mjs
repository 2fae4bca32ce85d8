import { Agent, get } from 'node:http';

const agent = new Agent({ keepAlive: false, maxSockets: Infinity });

/** The data of a message; null for a comment, a heartbeat or a message without data. */
const dataOf = (block) => {
  const data = block
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => line.slice(6))
    .join('\n');
  return data === '' ? null : JSON.parse(data);
};

/**
 * Listens to one server-sent event stream (WHATWG HTML §9.2), without resuming.
 * @param onData gets the data of each message and the time at which its bytes came, in milliseconds of `wallClock`
 * @returns once the headers are there: `close`, and `ended`, which resolves when the server ends the stream
 */
export const listen = (url, onData) =>
  new Promise((resolve, reject) => {
    const request = get(url, { agent, headers: { Accept: 'text/event-stream' } }, (response) => {
      if (response.statusCode !== 200) {
        response.resume();
        reject(new Error(`${url} answered ${response.statusCode}`));
        return;
      }
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (text) => {
        const came = wallClock();
        const blocks = (rest + text).split('\n\n');
        rest = blocks.pop();
        for (const data of blocks.map(dataOf)) if (data !== null) onData(data, came);
      });
      // Closing on purpose breaks the response off.
      response.on('error', () => undefined);
      const ended = new Promise((over) => response.once('close', over));
      resolve({ ended, close: () => request.destroy() });
    });
    request.on('error', reject);
  });

/** Milliseconds since 1970 with their fraction, by the clock that PostgreSQL on the same machine reads too. */
export const wallClock = () => performance.timeOrigin + performance.now();
