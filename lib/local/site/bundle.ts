import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const PAGE = new URL('./page/', import.meta.url);

/** What a browser loads, all of it from here. */
export interface PageFiles {
  readonly html: string;
  readonly script: string;
  readonly style: string;
}

/** Bundles the page once, when it is opened first, so that a start waits for none of it. */
export function createBundle(): () => Promise<PageFiles> {
  let files: Promise<PageFiles> | undefined;
  return () => {
    files ??= bundle();
    return files;
  };
}

async function bundle(): Promise<PageFiles> {
  const [html, style, { outputFiles }] = await Promise.all([
    readFile(new URL('index.html', PAGE), 'utf8'),
    readFile(new URL('style.css', PAGE), 'utf8'),
    build({
      entryPoints: [fileURLToPath(new URL('main.tsx', PAGE))],
      bundle: true,
      write: false,
      minify: true,
      format: 'esm',
      target: 'es2022',
      jsx: 'automatic',
      jsxImportSource: 'preact',
      logLevel: 'silent',
    }),
  ]);
  return { html, style, script: outputFiles[0]?.text ?? '' };
}
