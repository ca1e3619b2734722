import { describe } from 'vitest';
import { describeChat } from './contract-chat.ts';
import { describeHosting } from './contract-hosting.ts';
import { describeKnocks } from './contract-knocks.ts';
import { describeOffers } from './contract-offers.ts';
import { describeResumes } from './contract-resumes.ts';
import { describeSignals } from './contract-signals.ts';
import { describeStays } from './contract-stays.ts';
import type { MakeLog } from './kit.ts';

/** What every {@link RoomLog} promises, as tests. */
export function describeRoomLog(name: string, make: MakeLog): void {
  describe(name, () => {
    describe('stays', () => describeStays(make));
    describe('signals', () => describeSignals(make));
    describe('offers of joins', () => describeOffers(make));
    describe('resumes', () => describeResumes(make));
    describe('hosting', () => describeHosting(make));
    describe('knocks', () => describeKnocks(make));
    describe('chat', () => describeChat(make));
  });
}
