import { Module } from '@nestjs/common';
import { CommandSpans } from './command-spans.js';

/** What is traced of the application as a whole; everything else says itself what it does. */
@Module({ providers: [CommandSpans] })
export class TracingModule {}
