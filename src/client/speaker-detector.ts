/** From this level on somebody speaks: about −34 dBov. */
const SPEAKING_LEVEL = 0.02;
/** Who was heard this recently still speaks: pauses between words are not silence. */
const HOLD_MS = 800;
/** Who is this much louder takes over from one who still speaks. */
const TAKEOVER = 1.5;
/** How much a new level counts against those before it. */
const WEIGHT = 0.4;

interface Voice {
  level: number;
  heardAt: number;
}

/** Finds out who speaks, from how loud everybody is at each moment. */
export class SpeakerDetector {
  readonly #voices = new Map<string, Voice>();
  #active: string | null = null;

  /** Who speaks most. The last one who did, while nobody does; null before, and once they are gone. */
  get active(): string | null {
    return this.#active;
  }

  /**
   * @param levels how loud everybody is who is there, from 0 to 1 (RFC 6464, linear)
   * @param now milliseconds, of any clock that does not jump
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

  /** Whether this one speaks, as of the last update. */
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
