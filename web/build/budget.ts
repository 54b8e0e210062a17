import { gzipSync } from "node:zlib";
import type { Plugin, Rolldown } from "vite";

type Bundle = Rolldown.OutputBundle;
type Chunk = Rolldown.OutputChunk;

/** What may travel, in kB (1000 bytes) after gzip: until one can join, and until one is in the room. */
const kMostJoin = 45;
const kMostMeeting = 110;
/** sdk/ alone, before it is minified: somewhat more than a file of its own would weigh. */
const kMostSdk = 30;

const gzipKb = (contents: readonly (string | Uint8Array)[]) =>
  contents.reduce((sum, content) => sum + gzipSync(content, { level: 9 }).length, 0) / 1000;

// Weighs every build and fails one that has grown over its budget.
export function budget(): Plugin {
  return {
    name: "parley-budget",
    apply: "build",
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((file): file is Chunk => file.type === "chunk");
      const entry = chunks.find((chunk) => chunk.isEntry);
      const room = chunks.find((chunk) => chunk.facadeModuleId?.endsWith("ui/room/room-page.tsx"));
      if (!entry || !room) throw new Error("The build has no entry or no room: build/budget.ts must follow.");
      const sdk = chunks.flatMap((chunk) =>
        Object.entries(chunk.modules)
          .filter(([id]) => id.includes("/web/sdk/"))
          .map(([, module]) => module.code ?? ""),
      );
      if (sdk.length === 0) throw new Error("The build has no sdk/: build/budget.ts must follow.");
      const join = reachable([entry], bundle);
      const weights = [
        ["join page", gzipKb(contents(join, bundle)), kMostJoin],
        ["meeting", gzipKb(contents(reachable([entry, room], bundle), bundle)), kMostMeeting],
        ["SDK", gzipKb([sdk.join("\n")]), kMostSdk],
      ] as const;
      const line = weights.map(([name, is, most]) => `${name} ${is.toFixed(1)} of ${most} kB`).join(", ");
      this.info(`gzip: ${line}`);
      const heavy = weights.filter(([, is, most]) => is > most).map(([name]) => name);
      if (heavy.length > 0) this.error(`Over budget: ${heavy.join(", ")} (${line})`);
    },
  };
}

/** The chunks that load with these: static imports, not those that wait until they are needed. */
function reachable(from: readonly Chunk[], bundle: Bundle): ReadonlySet<Chunk> {
  const found = new Set(from);
  for (const chunk of found) {
    for (const name of chunk.imports) {
      const imported = bundle[name];
      if (imported?.type === "chunk") found.add(imported);
    }
  }
  return found;
}

/** Scripts and the styles that come with them. */
function contents(chunks: ReadonlySet<Chunk>, bundle: Bundle): (string | Uint8Array)[] {
  const styles = new Set([...chunks].flatMap((chunk) => [...(chunk.viteMetadata?.importedCss ?? [])]));
  const sources = [...styles].flatMap((name) => {
    const file = bundle[name];
    return file?.type === "asset" ? [file.source] : [];
  });
  return [...[...chunks].map((chunk) => chunk.code), ...sources];
}
