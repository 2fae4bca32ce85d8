import { Module } from '@nestjs/common';
import { EventsStreamController } from './events-stream.controller.js';
import { OpenStreams } from './open-streams.signal.js';
import { RunStreamController } from './run-stream.controller.js';

@Module({ controllers: [RunStreamController, EventsStreamController], providers: [OpenStreams] })
export class StreamingModule {}
