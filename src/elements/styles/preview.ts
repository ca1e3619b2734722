import { css } from 'lit';

export const previewStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    gap: 0.7rem;
    width: 100%;
  }

  .frame {
    position: relative;
    display: grid;
    overflow: hidden;
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) + 4px);
    aspect-ratio: 16 / 10;
    background: radial-gradient(circle at 50% 40%, var(--_raised), var(--_surface));
    box-shadow: var(--_shadow);
    place-items: center;
  }

  video {
    position: absolute;
    width: 100%;
    height: 100%;
    object-fit: cover;
    scale: -1 1;
  }

  .off {
    color: var(--_soft);
    font-weight: 550;
  }

  .switches {
    position: absolute;
    bottom: 1rem;
    display: flex;
    gap: 0.7rem;
  }

  button.toggle {
    width: 52px;
    height: 52px;
    border-color: transparent;
    box-shadow: 0 2px 12px #0006;
    color: var(--_text);
    font-size: 1.15rem;
  }

  button.toggle[data-on="false"] {
    background: color-mix(in srgb, var(--_danger) 18%, var(--_surface));
    color: var(--_danger-text);
  }

  .choices {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(200px, 1fr));
    gap: 0.6rem;
  }

  .choices select {
    overflow: hidden;
    background: var(--_surface);
    font-size: 0.92rem;
    text-overflow: ellipsis;
  }

  .pick {
    overflow: hidden;
    min-height: 46px;
    border-radius: 12px;
    background: var(--_surface);
    font-size: 0.92rem;
    font-weight: 400;
    text-overflow: ellipsis;
  }

  .blur {
    display: flex;
    align-items: center;
    gap: 0.6rem;
    min-height: 44px;
    font-size: 0.92rem;
  }

  .blur input {
    width: 1.2rem;
    height: 1.2rem;
    margin: 0;
    accent-color: var(--_accent);
  }
`;
