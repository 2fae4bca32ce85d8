// What publishes the API: without API keys it listens on a loopback address and answers to loopback names alone, so that this, loaded into its
// process, passes on what comes to the container. Bytes are left as they are: a page of another site that lets a name of its own point here is
// refused as before. A container of its own in front would have to live in the network of the API's, and the engine does not start one that does
// again after its own restart where the other one is late.
import { connect, createServer } from 'node:net';
import { pipeline } from 'node:stream';

/** A connection that breaks is broken on both sides, and is nobody's fault here. */
const ended = () => undefined;

createServer({ allowHalfOpen: true, noDelay: true }, (caller) => {
  const api = connect({ host: '127.0.0.1', port: 8000, allowHalfOpen: true, noDelay: true });
  pipeline(caller, api, ended);
  pipeline(api, caller, ended);
})
  .listen(8080, '0.0.0.0')
  .unref();
