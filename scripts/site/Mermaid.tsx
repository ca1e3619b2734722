import { useEffect, useId, useRef } from 'react';

/** Draws a diagram, in the colours of the page. Until then, and without scripts, its text is there. */
export default function Mermaid({ text }: { readonly text: string }) {
  const place = useRef<HTMLPreElement>(null);
  // An id that is also a selector of CSS.
  const id = `diagram-${useId().replace(/[^\w-]/g, '')}`;
  useEffect(() => {
    const draw = async () => {
      const { default: mermaid } = await import('mermaid');
      const isDark = document.documentElement.classList.contains('dark');
      mermaid.initialize({ startOnLoad: false, theme: isDark ? 'dark' : 'default' });
      const { svg } = await mermaid.render(id, text);
      if (place.current) place.current.innerHTML = svg;
    };
    const redraw = () => void draw();
    redraw();
    const theme = new MutationObserver(redraw);
    theme.observe(document.documentElement, { attributeFilter: ['class'] });
    return () => theme.disconnect();
  }, [id, text]);
  return <pre ref={place}>{text}</pre>;
}
