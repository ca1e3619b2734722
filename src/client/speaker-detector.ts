/** Above this level somebody is speaking: about −34 dBov. */
const SPEAKING_LEVEL = 0.02;
/** Somebody who was heard this recently is still speaking: pauses between words are not silence. */
const HOLD_MS = 800;
/** Somebody has to be this much louder to take over from a person who is still speaking. */
const TAKEOVER = 1.5;
/** The weight of a new level against those before it. */
const WEIGHT = 0.4;

interface Voice {
  level: number;
  heardAt: number;
}

/** Finds out who is speaking from everybody's loudness at each moment. */
export class SpeakerDetector {
  readonly #voices = new Map<string, Voice>();
  #active: string | null = null;

  /**
   * The loudest speaker, or the last one while nobody speaks. Null until somebody has spoken, and when that person has
   * left.
   */
  get active(): string | null {
    return this.#active;
  }

  /**
   * @param levels the loudness of everybody present, from 0 to 1 (RFC 6464, linear)
   * @param now milliseconds by a monotonic clock
   */
  update(levels: ReadonlyMap<string, number>, now: number): void {
    for (const id of this.#voices.keys()) {
      if (!levels.has(id)) this.#voices.delete(id);
    }
    for (const [id, level] of levels) {
      const voice = this.#voices.get(id) ?? { level: 0, heardAt: Number.NEGATIVE_INFINITY };
      voice.level = voice.level * (1 - WEIGHT) + level * WEIGHT;
      if (level >= SPEAKING_LEVEL) voice.heardAt = now;
      this.#voices.set(id, voice);
    }
    if (this.#active !== null && !levels.has(this.#active)) this.#active = null;
    this.#choose(now);
  }

  /** Whether this participant was speaking at the last update. */
  isSpeaking(id: string, now: number): boolean {
    const voice = this.#voices.get(id);
    return voice !== undefined && now - voice.heardAt < HOLD_MS;
  }

  #choose(now: number): void {
    const speaking = [...this.#voices].filter(([id]) => this.isSpeaking(id, now));
    const [loudest] = speaking.sort(([, a], [, b]) => b.level - a.level);
    if (loudest === undefined) return;
    const current = this.#active;
    const holds = current !== null && this.isSpeaking(current, now);
    const currentLevel = this.#voices.get(current ?? '')?.level ?? 0;
    if (!holds || loudest[1].level > currentLevel * TAKEOVER) this.#active = loudest[0];
  }
}
