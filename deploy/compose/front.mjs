// What publishes the API: without API keys it listens on a loopback address and answers to loopback names alone, so that this, loaded into its
// process, passes on what comes to the container. Bytes are left as they are: a page of another site that lets a name of its own point here is
// refused as before. A container of its own in front would have to live in the network of the API's, and the engine does not start one that does
// again after its own restart where the other one is late.
import { connect, createServer } from 'node:net';
import { pipeline } from 'node:stream';
import { isMainThread } from 'node:worker_threads';

/** Of the connections that are published: those of the API are as many again, and both are files of its process. */
const MOST_CONNECTIONS = 1024;
/** For a caller to end its side too, once the API has ended its own. */
const LINGER_MS = 10_000;

/** A connection that breaks is broken on both sides, and is nobody's fault here. */
const ended = () => undefined;

const serve = () => {
  const front = createServer({ allowHalfOpen: true, noDelay: true }, (caller) => {
    const api = connect({ host: '127.0.0.1', port: 8000, allowHalfOpen: true, noDelay: true });
    pipeline(caller, api, ended);
    pipeline(api, caller, ended);
    caller.once('finish', () => setTimeout(() => caller.destroy(), LINGER_MS).unref());
  });
  front.maxConnections = MOST_CONNECTIONS;
  front.listen(8080, '0.0.0.0').unref();
};

// Threads of the process load this as well.
if (isMainThread) serve();
