import { css } from 'lit';

/**
 * The theme. Each value is a public custom property, `--peerql-…`, with a default for light and dark: an element
 * follows the `color-scheme` of where it stands. The names with an underscore are for the elements' own style sheets.
 */
export const tokens = css`
  :host {
    --_ground: var(--peerql-ground, light-dark(#f5f6f8, #0c0f14));
    --_surface: var(--peerql-surface, light-dark(#ffffff, #151a22));
    --_raised: var(--peerql-raised, light-dark(#edf0f4, #1f2631));
    --_line: var(--peerql-line, light-dark(#d9dfe7, #2b3441));
    --_text: var(--peerql-text, light-dark(#141a22, #eef2f6));
    --_soft: var(--peerql-soft, light-dark(#566373, #9eabba));
    --_accent: var(--peerql-accent, light-dark(#007a56, #35e0a8));
    --_accent-ink: var(--peerql-accent-ink, light-dark(#ffffff, #04231a));
    --_accent-soft: var(--peerql-accent-soft, light-dark(#007a5618, #35e0a822));
    --_danger: var(--peerql-danger, light-dark(#d02c40, #d6334a));
    --_danger-ink: var(--peerql-danger-ink, #ffffff);
    --_danger-text: var(--peerql-danger-text, light-dark(#b81f33, #ff8793));
    --_warn: var(--peerql-warn, light-dark(#8a5a00, #ffc14d));
    --_warn-ink: var(--peerql-warn-ink, light-dark(#ffffff, #241800));
    --_speaking: var(--peerql-speaking, light-dark(#00a674, #35e0a8));
    --_shade: var(--peerql-shade, #05070ab8);
    --_shadow: var(
      --peerql-shadow,
      0 1px 2px light-dark(#1a24301a, #00000066),
      0 16px 40px light-dark(#1a243017, #00000055)
    );
    --_radius: var(--peerql-radius, 18px);
    --_font: var(
      --peerql-font,
      system-ui,
      -apple-system,
      "Segoe UI",
      Roboto,
      "Helvetica Neue",
      Arial,
      sans-serif
    );
  }
`;
