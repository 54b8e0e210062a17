import { describe, expect, it } from "vitest";
import { partsOf } from "../features/chat/chat-text.ts";
import { en } from "../i18n/en.ts";
import { catalogues, chooseLanguage } from "../i18n/index.ts";
import { zhCn } from "../i18n/zh-cn.ts";
import { actionOf, kKeys } from "../room/keys.ts";
import { cleanName, hueOf, initials } from "../state/names.ts";

function shapeOf(value: unknown, path = ""): string[] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => shapeOf(inner, `${path}.${key}`));
  }
  const arity = typeof value === "function" ? value.length : 0;
  return [`${path}: ${typeof value}/${arity}`];
}

type Words = { readonly en: unknown; readonly zhCn: unknown };
const parts = import.meta.glob<Words>("../**/words.ts", { eager: true });

describe.each<[string, Words]>([["the first file's", { en, zhCn }], ...Object.entries(parts)])(
  "catalogues: %s",
  (_, words) => {
    it("have the same keys, of the same kind", () => {
      expect(shapeOf(words.zhCn)).toEqual(shapeOf(words.en));
    });

    it("leave nothing empty and nothing in English", () => {
      for (const { text, path } of textsOf(words.zhCn)) {
        expect(text, path).not.toBe("");
        if (!/languageName|product|numberExample|keys\.esc/.test(path))
          expect(text, path).toMatch(/\p{Script=Han}/u);
      }
    });
  },
);

describe("catalogues", () => {
  it("are chosen by wish, then by the browser, else English", () => {
    expect(chooseLanguage("en", ["zh-CN"])).toBe("en");
    expect(chooseLanguage(null, ["fr", "zh-Hans-SG", "en"])).toBe("zh-CN");
    expect(chooseLanguage("xx", ["fr"])).toBe("en");
    expect(Object.keys(catalogues)).toEqual(["en", "zh-CN"]);
  });
});

function textsOf(value: unknown, path = ""): { text: string; path: string }[] {
  if (typeof value === "string") return [{ text: value, path }];
  if (typeof value === "function") return [{ text: textOf(value as (...args: unknown[]) => unknown), path }];
  return Object.entries(value as object).flatMap(([key, inner]) => textsOf(inner, `${path}.${key}`));
}

function textOf(make: (...args: unknown[]) => unknown): string {
  const made = make(2, 3);
  const text = Array.isArray(made) ? made.join("") : String(made);
  // A name and a message put together carry no word of their own.
  return text === "2：3" ? "二" : text;
}

// Every word that a person can see comes from a catalogue: text between tags, and the attributes that
// are read out, are never literals in a component.
describe("components", () => {
  const sources = import.meta.glob<string>(["../**/*.tsx", "!../dev/**", "!../**/tests/**"], {
    query: "?raw",
    import: "default",
    eager: true,
  });

  it("are found", () => expect(Object.keys(sources).length).toBeGreaterThan(15));

  it.each(Object.entries(sources))("%s holds no words", (_, text) => {
    const source = text.replace(/\{?\/\*[\s\S]*?\*\/\}?|^\s*\/\/.*$/gm, "");
    const attributes = source.match(/\b(?:aria-label|title|placeholder|alt|label)="[^"]*\p{L}[^"]*"/gu) ?? [];
    const between =
      source.match(/(?<=<\/?[a-zA-Z][^<>=]*>|"\s*>)[^<>{}()=;]*\p{L}{2,}[^<>{}()=;]*(?=<)/gu) ?? [];
    expect([...attributes, ...between.filter((words) => !/[:&|?]/.test(words))]).toEqual([]);
  });
});

describe("keys", () => {
  const press = (key: string, more = {}) =>
    actionOf({ key, code: "", ctrlKey: false, altKey: false, metaKey: false, isComposing: false, ...more });

  it("are as product habits have them", () => {
    expect(kKeys).toEqual({
      mic: "m",
      camera: "v",
      share: "d",
      chat: "c",
      people: "p",
      hand: "r",
      layout: "w",
      fullScreen: "s",
      desk: "q",
      next: "n",
      help: "?",
    });
    for (const [action, key] of Object.entries(kKeys)) expect(press(key)).toBe(action);
    expect(press("h")).toBe("hand");
    expect(press("M")).toBe("mic");
    expect(press(" ")).toBe("talk");
    expect(press("Escape")).toBe("escape");
  });

  it("leave the browser's own alone", () => {
    expect(press("d", { ctrlKey: true })).toBeNull();
    expect(press("p", { metaKey: true })).toBeNull();
    expect(press("m", { isComposing: true })).toBeNull();
    expect(press("x")).toBeNull();
  });

  it("go by the place of the key where the script has no Latin letters", () => {
    expect(press("ь", { code: "KeyM" })).toBe("mic");
    // An input method that is on, but has nothing to compose.
    expect(press("Process", { code: "KeyM" })).toBe("mic");
  });
});

describe("chat links", () => {
  it("are http and https only", () => {
    expect(partsOf("javascript:alert(1) data:text/html,x file:///etc")).toEqual([
      { text: "javascript:alert(1) data:text/html,x file:///etc" },
    ]);
    expect(partsOf("see http://a.example/x")).toEqual([
      { text: "see " },
      { text: "http://a.example/x", url: "http://a.example/x" },
    ]);
  });

  it("leave the sentence its punctuation, in both scripts", () => {
    expect(partsOf("(https://a.example/b).")[1]).toMatchObject({ text: "https://a.example/b" });
    expect(partsOf("https://a.example/wiki/X_(y)")[0]).toMatchObject({
      text: "https://a.example/wiki/X_(y)",
    });
    expect(partsOf("请看https://a.example/b。谢谢").map(({ text }) => text)).toContain("https://a.example/b");
  });
});

describe("names", () => {
  it("are trimmed, folded and cut by character", () => {
    expect(cleanName("  Ada \n Lovelace ")).toBe("Ada Lovelace");
    expect([...cleanName("😀".repeat(80))]).toHaveLength(64);
  });

  it("are short on a tile", () => {
    expect(initials("Ada Augusta Lovelace")).toBe("AL");
    expect(initials("王小明")).toBe("王");
    expect(initials("linus")).toBe("L");
    expect(initials("")).toBe("?");
  });

  it("have a colour that stays", () => {
    expect(hueOf("p1")).toBe(hueOf("p1"));
    expect(hueOf("p1")).toBeLessThan(360);
  });
});
