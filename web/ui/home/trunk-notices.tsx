// Telephone providers that do not have the server registered: which, why, what to do, and when it is tried again.
// Nothing while all is well, where there are no phones, and for hosts of single rooms.

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { type HostApi, PhoneApi, type Trunk } from "../../sdk/index.ts";
import { Problem } from "../common/problem.tsx";
import { language } from "../i18n/index.ts";
import { words } from "./words.ts";

const kLookEveryMs = 30_000;

export function TrunkNotices({ api }: { api: HostApi }) {
  const down = useSignal<readonly Trunk[]>([]);
  const phones = useMemo(() => new PhoneApi(() => api.token), [api]);
  useEffect(() => {
    const look = async () => {
      const trunks = await phones.trunks().catch(() => []);
      down.value = trunks.filter(({ state }) => state === "down");
    };
    void look();
    const timer = setInterval(() => void look(), kLookEveryMs);
    return () => clearInterval(timer);
  }, [phones, down]);
  return (
    <>
      {down.value.map((trunk) => (
        <TrunkNotice key={`${trunk.trunk} ${trunk.since}`} trunk={trunk} />
      ))}
    </>
  );
}

function TrunkNotice({ trunk: { trunk, since, reason = "failed", status, next_try_at } }: { trunk: Trunk }) {
  const text = words.value.trunk;
  const timeOf = (at: number, dateStyle?: "short") =>
    new Intl.DateTimeFormat(language.value, { dateStyle, timeStyle: "short" }).format(at);
  return (
    <div data-testid="trunk-down">
      <Problem words={text.down[reason](trunk, status)}>
        <span class="soft">
          {text.since(timeOf(since, "short"))}{" "}
          {next_try_at === undefined ? text.trying : text.nextTry(timeOf(next_try_at))}
        </span>
      </Problem>
    </div>
  );
}
