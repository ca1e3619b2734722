import { play as playElement } from './playback.ts';
import { canChooseSpeaker, followSpeaker, type Output } from './speaker.ts';

/** A sound that goes on until it is stopped. */
export interface Tone {
  /** Begins, unless it sounds already. In a page that nobody has touched yet it begins with the first touch. */
  start(): void;
  /** Is silent at once. */
  stop(): void;
}

/** One sound of a pattern: frequencies in Hz, and from when to when, in seconds. */
interface Note {
  readonly hertz: readonly number[];
  readonly from: number;
  readonly to: number;
}

interface Pattern {
  readonly notes: readonly Note[];
  /** After this many seconds it begins again. */
  readonly seconds: number;
  /** The largest sample, up to 1. */
  readonly volume: number;
}

/** For who is called: two rising calls, and a rest. */
export const RING: Pattern = {
  notes: [0, 0.6].flatMap((at) => [
    { hertz: [587.33, 880], from: at, to: at + 0.18 },
    { hertz: [739.99, 1108.73], from: at + 0.2, to: at + 0.45 },
  ]),
  seconds: 2.6,
  volume: 0.14,
};
/** For who is called during a call: two short and quiet sounds, which leave room to talk. */
export const KNOCK: Pattern = {
  notes: [0, 0.3].map((at) => ({ hertz: [440], from: at, to: at + 0.15 })),
  seconds: 4,
  volume: 0.05,
};
/** For who calls: the tone of a telephone (ITU-T E.180: 425 Hz, one second on, four off), softened. */
export const RINGBACK: Pattern = {
  notes: [{ hertz: [425], from: 0, to: 1 }],
  seconds: 5,
  volume: 0.1,
};

const SAMPLES_PER_SECOND = 22_050;
/** How long a note takes to come and to go, so that it does not click. */
const EDGE_SECONDS = 0.015;
const GESTURES = ['pointerup', 'click', 'keydown'] as const;

let shared: AudioContext | null = null;
/** Where tones go in it. */
let output: AudioNode | null = null;

export function tone(pattern: Pattern): Tone {
  let wanted = false;
  let source: AudioBufferSourceNode | null = null;
  const play = (context: AudioContext) => {
    if (!wanted || source !== null) return;
    source = context.createBufferSource();
    source.buffer = rendered(context, pattern);
    source.loop = true;
    source.connect(output ?? context.destination);
    source.start();
  };
  const begin = (gesture?: Event) => {
    const context = unlocked(gesture !== undefined);
    if (context === null) return;
    play(context);
    if (context.state === 'running') forget();
  };
  const forget = () => {
    for (const gesture of GESTURES) document.removeEventListener(gesture, begin, true);
  };
  return {
    start() {
      if (wanted) return;
      wanted = true;
      for (const gesture of GESTURES) document.addEventListener(gesture, begin, true);
      begin();
    },
    stop() {
      if (!wanted) return;
      wanted = false;
      forget();
      source?.stop();
      source?.disconnect();
      source = null;
    },
  };
}

/** What plays sounds; null before the user has touched the page, when browsers forbid it and complain. */
function unlocked(touched: boolean): AudioContext | null {
  if (typeof AudioContext === 'undefined') return null;
  if (!touched && navigator.userActivation?.hasBeenActive !== true) return null;
  if (shared === null) {
    shared = new AudioContext();
    output = outputOf(shared);
  }
  // A phone suspends it when another program plays.
  if (shared.state !== 'running') shared.resume().catch(() => {});
  return shared;
}

/** What sounds on the speaker that the user has chosen. */
function outputOf(context: AudioContext): AudioNode {
  if (canFollow(context)) {
    followSpeaker(context);
    return context.destination;
  }
  if (!canChooseSpeaker()) return context.destination;
  // Firefox lets elements alone play elsewhere.
  const mix = context.createMediaStreamDestination();
  playElement(Object.assign(new Audio(), { srcObject: mix.stream }));
  return mix;
}

function canFollow(context: AudioContext): context is AudioContext & Output {
  return 'setSinkId' in context;
}

/** A pattern as samples, which loop without a timer: browsers slow timers down where a tab is in the background. */
function rendered(context: AudioContext, { notes, seconds, volume }: Pattern): AudioBuffer {
  const buffer = context.createBuffer(1, seconds * SAMPLES_PER_SECOND, SAMPLES_PER_SECOND);
  const samples = buffer.getChannelData(0);
  for (const { hertz, from, to } of notes) {
    for (let index = Math.round(from * SAMPLES_PER_SECOND); ; index += 1) {
      const at = index / SAMPLES_PER_SECOND;
      if (at >= to) break;
      const edge = Math.min(1, (at - from) / EDGE_SECONDS, (to - at) / EDGE_SECONDS);
      const wave = hertz.reduce((sum, one) => sum + Math.sin(2 * Math.PI * one * at), 0);
      samples[index] = (volume * edge * wave) / hertz.length;
    }
  }
  return buffer;
}
